package io.zrs.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever shares and contains what, itself and its own arguments included: it is read as it was written. */
class RecordGraphTest {
    private static final int CASES = 10_000;
    private static final PickleLimits LIMITS = new PickleLimits(1 << 20, 1_000, 100_000, 100_000, 100);

    private final List<PickleValue> nodes = new ArrayList<>();
    /** What a node can still be put into. */
    private final List<Consumer<PickleValue>> places = new ArrayList<>();

    static LongStream seeds() {
        String seed = System.getProperty("zrs.seed");
        return seed != null ? LongStream.of(Long.parseLong(seed)) : LongStream.rangeClosed(1, 4);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void graphsSurvive(long seed) throws PickleException {
        Random random = new Random(seed);
        int inItself = 0;
        for (int i = 0; i < CASES; i++) {
            List<PickleValue> record = List.of(new Global("m", "C"), graph(random));
            byte[] written = new RecordWriter(PickleForm.PYTHON3_STORED, LIMITS).record(record.get(0), record.get(1));
            List<PickleValue> read = Pickles.readRecord(written);
            assertEquals(Pickles.structure(record), Pickles.structure(read), "seed " + seed + ", case " + i);
            assertEquals(record, read);
            inItself += new String(written, StandardCharsets.ISO_8859_1).contains("R0") ? 1 : 0;
        }
        assertThat(inItself).as("graphs with objects in their own arguments").isGreaterThan(CASES / 20);
    }

    private PickleValue graph(Random random) {
        nodes.clear();
        places.clear();
        nodes.add(Text.of("text"));
        for (int count = 2 + random.nextInt(12); count > 0; count--) {
            nodes.add(node(random));
        }
        for (Consumer<PickleValue> place : List.copyOf(places)) {
            for (int count = random.nextInt(3); count > 0; count--) {
                place.accept(any(random));
            }
        }
        return any(random);
    }

    private PickleValue node(Random random) {
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                PickleList.Builder list = PickleList.builder();
                places.add(list::add);
                return list.value();
            }
            case 2 -> {
                PickleDict.Builder dict = PickleDict.builder();
                places.add(value -> dict.put(new Int(nodes.size()), value));
                return dict.value();
            }
            case 3 -> {
                return PickleTuple.of(any(random), any(random));
            }
            case 4 -> {
                return PickleObject.call(new Global("m", "f"), any(random), any(random));
            }
            default -> {
                PickleObject.Builder object =
                        PickleObject.builder(Construction.REDUCE, new Global("m", "D"), PickleTuple.of(any(random)));
                places.add(random.nextBoolean() ? object::build : object::append);
                return object.value();
            }
        }
    }

    private PickleValue any(Random random) {
        return nodes.get(random.nextInt(nodes.size()));
    }
}
