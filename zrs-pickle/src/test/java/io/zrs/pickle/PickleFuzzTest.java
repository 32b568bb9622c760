package io.zrs.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes give a value or a {@link PickleException}, and nothing else. */
class PickleFuzzTest {
    private static final int CASES = 25_000;
    private static final PickleLimits LIMITS = new PickleLimits(10_000, 50, 2_000, 200, 64);
    private static final List<byte[]> SAMPLES = samples();
    private static final String OPCODES = "(.012FIJKLMNPQRSTUVXabcd}eghijl]opqrst)uGBC";

    static LongStream seeds() {
        String seed = System.getProperty("zrs.seed");
        return seed != null ? LongStream.of(Long.parseLong(seed)) : LongStream.rangeClosed(1, 4);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void mutatedPicklesGiveValueOrException(long seed) {
        Random random = new Random(seed);
        PickleReader reader = new PickleReader(LIMITS);
        RecordScanner scanner = new RecordScanner(LIMITS);
        int values = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] pickle = mutated(random);
            try {
                values += readsTwiceTheSame(reader, ByteBuffer.wrap(pickle)) ? 1 : 0;
                if (i % 5 == 0) {
                    scan(scanner, ByteBuffer.wrap(pickle));
                }
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", case " + i + ": " + Pickles.hex(pickle), e);
            }
        }
        assertThat(values).as("cases that are still pickles").isBetween(CASES / 20, CASES);
    }

    @Test
    void everyTruncationIsAnException() {
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        for (byte[] pickle : SAMPLES) {
            int end = firstStop(pickle);
            for (int cut = 0; cut < end; cut++) {
                ByteBuffer part = ByteBuffer.wrap(pickle, 0, cut);
                assertThrows(PickleException.class, () -> reader.read(part));
                assertThrows(PickleException.class, () -> OpcodeRange.ofPickle(part));
            }
        }
    }

    private static boolean readsTwiceTheSame(PickleReader reader, ByteBuffer pickle) {
        try {
            PickleValue value = reader.read(pickle);
            reader.reset();
            PickleValue again = reader.read(pickle.rewind());
            reader.reset();
            if (value.toString().length() > 20_000 || again.hashCode() != value.hashCode() || !again.equals(value)) {
                throw new IllegalStateException("not equal when read twice: " + value);
            }
            write(value);
            writeRecord(value);
            return true;
        } catch (PickleException expected) {
            return false;
        }
    }

    private static void scan(RecordScanner scanner, ByteBuffer pickle) {
        RecordScanner.isBlob(pickle);
        scanner.className(pickle);
        try {
            scanner.references(pickle, oid -> {});
        } catch (PickleException expected) {
            // one of the two outcomes
        }
        try {
            OpcodeRange range = OpcodeRange.ofPickle(pickle);
            range.isSelfContained();
            range.items().forEach(OpcodeRange::isSelfContained);
        } catch (PickleException expected) {
            // one of the two outcomes
        }
    }

    private static void write(PickleValue value) {
        for (PickleForm form : PickleForm.values()) {
            try {
                byte[] pickle = new PickleWriter(form, LIMITS).pickle(value);
                new PickleReader(PickleLimits.RECORD).read(ByteBuffer.wrap(pickle));
            } catch (NotPlainException e) {
                return;
            } catch (PickleException e) {
                throw new IllegalStateException("unreadable: " + value, e);
            }
        }
    }

    /** A record is read under the limits that it was written with, and is then written the same. */
    private static void writeRecord(PickleValue value) throws PickleException {
        for (PickleForm form : List.of(PickleForm.PYTHON3_STORED, PickleForm.PYTHON2_STORED)) {
            RecordWriter writer = new RecordWriter(form, LIMITS);
            byte[] record;
            try {
                record = writer.record(value, value);
            } catch (PickleException e) {
                continue;
            }
            try {
                PickleReader reader = new PickleReader(LIMITS);
                ByteBuffer data = ByteBuffer.wrap(record);
                byte[] again = writer.record(reader.read(data), reader.read(data));
                if (data.hasRemaining() || !Arrays.equals(record, again)) {
                    throw new IllegalStateException("not the same again: " + Pickles.hex(record) + " " + value);
                }
            } catch (PickleException e) {
                throw new IllegalStateException("unreadable: " + Pickles.hex(record) + " " + value, e);
            }
        }
    }

    private static byte[] mutated(Random random) {
        byte[] pickle = SAMPLES.get(random.nextInt(SAMPLES.size())).clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(pickle.length);
            switch (random.nextInt(5)) {
                case 0 -> pickle[at] = (byte) random.nextInt(256);
                case 1 -> pickle[at] = (byte) OPCODES.charAt(random.nextInt(OPCODES.length()));
                case 2 -> pickle[at] = (byte) (0x80 + random.nextInt(0x19));
                case 3 -> System.arraycopy(pickle, at, pickle, random.nextInt(at + 1), pickle.length - at);
                default -> pickle = Arrays.copyOf(pickle, Math.max(1, at));
            }
        }
        return pickle;
    }

    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        for (String version : List.of("py2", "py3")) {
            Pickles.extensions(version + "-variety/Data.fs").values().stream()
                    .filter(extension -> extension.length > 0)
                    .skip(8)
                    .forEach(samples::add);
            samples.addAll(Pickles.messages(version + "-doctest/from-zero.wire.json", "B"));
            int seen = 0;
            for (JsonNode record : Golden.json(version + "-objects/records.json")) {
                byte[] data = Pickles.unhex(record.get("data").asText());
                if (data.length < 700 && seen++ % 5 == 0) {
                    samples.add(data);
                }
            }
        }
        samples.add(Pickles.bytes("(lp0\nI1\naF1.5\naS'a\\x00'\np1\naVx\\u20ac\np2\naL5L\nag1\na(dp3\nI01\nNsag3\na."));
        samples.add(Pickles.bytes("(im\nC\np0\n(dp1\nS'a'\nPabcdefgh\nsb."));
        samples.add(Pickles.bytes(
                "\u0080\4\u0095\50\0\0\0\0\0\0\0\u008c\1m\u0094\u008c\1C\u0094\u0093\u0094)}\u0092\u0094\u008f\u0094",
                "(K\1K\2\u0090\u0094(K\1\u0091\u0094\u008e\1\0\0\0\0\0\0\0a\u0094\u0087\u0094\u0086\u0094.N.N.N.N."));
        samples.add(Pickles.bytes("\u0080\5\u0096\2\0\0\0\0\0\0\0ab\u0094\u0082\1\u0086."));
        return samples;
    }

    private static int firstStop(byte[] pickle) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(pickle);
            new PickleReader(PickleLimits.RECORD).read(buffer);
            return buffer.position();
        } catch (PickleException e) {
            throw new IllegalStateException("a sample is no pickle: " + Pickles.hex(pickle), e);
        }
    }
}
