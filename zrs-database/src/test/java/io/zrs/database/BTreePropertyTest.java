package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees against {@link TreeMap} and {@link TreeSet} in the same order. */
class BTreePropertyTest {
    private static final int TREES = 5;
    private static final int PROBES = 4;
    private static final int PARTS = 1;
    private static final int PART_DEPTH_MAX = 3;

    private static final List<Family> FAMILIES = List.of(
            new Family("OO", BTreePropertyTest::anyKey, BTreePropertyTest::anyKey),
            new Family("IO", random -> (long) random.nextInt(400) - 200, BTreePropertyTest::anyKey),
            new Family("LF", random -> random.nextLong() >> random.nextInt(60), Random::nextDouble),
            new Family(
                    "QQ",
                    random -> unsigned(random.nextLong() >> random.nextInt(60)),
                    random -> unsigned(random.nextLong())),
            new Family("fs", random -> bytes(random, 2), random -> bytes(random, 6)));

    @TempDir
    private Path directory;

    private Random random = new Random(0);
    private List<Object> universe = List.of();

    /** How to make a key and a value. */
    private record Family(
            String name, Function<Random, @Nullable Object> key, Function<Random, @Nullable Object> value) {}

    static Stream<Long> seeds() {
        return TestRecords.seeds(20);
    }

    @ParameterizedTest(name = "seed={0}") // replay one: -Dzrs.seed=42
    @MethodSource("seeds")
    void isWhatTreeMapIs(long seed) {
        random = new Random(seed);
        Storage storage = TestStorages.writable(directory);
        TestTrees trees = new TestTrees(storage);
        try (Database database = Database.open(storage)) {
            for (int i = 0; i < TREES; i++) {
                Family family = FAMILIES.get(random.nextInt(FAMILIES.size()));
                NavigableMap<Object, @Nullable Object> entries = entries(family);
                Oid mapping = tree(trees, family, false, entries);
                Oid set = tree(trees, family, true, entries);
                try (Connection connection = database.open()) {
                    checkMap((BTree) connection.get(mapping), entries, 0);
                    checkKeys((BTreeSet) connection.get(set), new TreeSet<>(entries.navigableKeySet()), 0);
                }
            }
        }
    }

    private Oid tree(TestTrees trees, Family family, boolean isSet, Map<Object, @Nullable Object> entries) {
        TestTrees.Shape shape = TestTrees.Shape.random(random, 1 + random.nextInt(8), 2 + random.nextInt(4));
        Oid oid = trees.tree(family.name(), isSet, universe, entries, entries::containsKey, shape);
        trees.commit();
        return oid;
    }

    /** What the next trees hold; {@link #universe} then has these keys and some that are not there. */
    private NavigableMap<Object, @Nullable Object> entries(Family family) {
        NavigableMap<Object, @Nullable Object> entries = new TreeMap<>(PythonOrder.ORDER);
        int count = random.nextInt(1 << random.nextInt(8)) + 1;
        while (entries.size() < count) {
            entries.put(family.key.apply(random), family.value.apply(random));
        }
        universe = new ArrayList<>(entries.keySet());
        int share = 1 + random.nextInt(10);
        for (Object key : universe) {
            if (random.nextInt(share) == 0) {
                entries.remove(key);
            }
        }
        return entries;
    }

    private void checkMap(
            NavigableMap<Object, @Nullable Object> actual, NavigableMap<Object, @Nullable Object> expected, int depth) {
        assertThat(new ArrayList<>(actual.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
        assertThat(actual.values().stream().toList()).isEqualTo(new ArrayList<>(expected.values()));
        assertThat(actual).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(actual.size()).isEqualTo(expected.size());
        assertThat(actual.isEmpty()).isEqualTo(expected.isEmpty());
        checkSame(actual::firstEntry, expected::firstEntry);
        checkSame(actual::lastEntry, expected::lastEntry);
        checkSame(actual::firstKey, expected::firstKey);
        checkSame(actual::lastKey, expected::lastKey);
        for (int i = 0; i < PROBES; i++) {
            Object key = probe();
            checkSame(() -> actual.get(key), () -> expected.get(key));
            checkSame(() -> actual.containsKey(key), () -> expected.containsKey(key));
            checkSame(() -> actual.lowerEntry(key), () -> expected.lowerEntry(key));
            checkSame(() -> actual.floorEntry(key), () -> expected.floorEntry(key));
            checkSame(() -> actual.ceilingEntry(key), () -> expected.ceilingEntry(key));
            checkSame(() -> actual.higherEntry(key), () -> expected.higherEntry(key));
            checkSame(() -> actual.lowerKey(key), () -> expected.lowerKey(key));
            checkSame(() -> actual.floorKey(key), () -> expected.floorKey(key));
            checkSame(() -> actual.ceilingKey(key), () -> expected.ceilingKey(key));
            checkSame(() -> actual.higherKey(key), () -> expected.higherKey(key));
            Map.Entry<Object, Object> entry = new SimpleImmutableEntry<>(key, expected.get(key));
            checkSame(
                    () -> actual.entrySet().contains(entry),
                    () -> expected.entrySet().contains(entry));
        }
        checkKeys(actual.navigableKeySet(), expected.navigableKeySet(), PART_DEPTH_MAX - 1);
        checkKeys(actual.descendingKeySet(), expected.descendingKeySet(), PART_DEPTH_MAX);
        checkMapParts(actual, expected, depth);
    }

    private void checkMapParts(
            NavigableMap<Object, @Nullable Object> actual, NavigableMap<Object, @Nullable Object> expected, int depth) {
        if (depth == PART_DEPTH_MAX) {
            return;
        }
        checkMap(actual.descendingMap(), expected.descendingMap(), depth + 1);
        for (int i = 0; i < PARTS; i++) {
            Object from = probe();
            Object to = probe();
            boolean withFrom = random.nextBoolean();
            boolean withTo = random.nextBoolean();
            checkPart(actual, expected, map -> map.subMap(from, withFrom, to, withTo), depth);
            checkPart(actual, expected, map -> map.headMap(to, withTo), depth);
            checkPart(actual, expected, map -> map.tailMap(from, withFrom), depth);
        }
    }

    private void checkPart(
            NavigableMap<Object, @Nullable Object> actual,
            NavigableMap<Object, @Nullable Object> expected,
            UnaryOperator<NavigableMap<Object, @Nullable Object>> part,
            int depth) {
        checkSame(() -> part.apply(actual).isEmpty(), () -> part.apply(expected).isEmpty());
        if (outcome(() -> part.apply(expected)) instanceof NavigableMap<?, ?>) {
            checkMap(part.apply(actual), part.apply(expected), depth + 1);
        }
    }

    private void checkKeys(NavigableSet<Object> actual, NavigableSet<Object> expected, int depth) {
        assertThat(new ArrayList<>(actual)).isEqualTo(new ArrayList<>(expected));
        assertThat(actual.stream().toList()).isEqualTo(new ArrayList<>(expected));
        assertThat(listOf(actual.descendingIterator())).isEqualTo(listOf(expected.descendingIterator()));
        assertThat(actual.size()).isEqualTo(expected.size());
        assertThat(actual.isEmpty()).isEqualTo(expected.isEmpty());
        checkSame(actual::first, expected::first);
        checkSame(actual::last, expected::last);
        for (int i = 0; i < PROBES; i++) {
            Object key = probe();
            checkSame(() -> actual.contains(key), () -> expected.contains(key));
            checkSame(() -> actual.lower(key), () -> expected.lower(key));
            checkSame(() -> actual.floor(key), () -> expected.floor(key));
            checkSame(() -> actual.ceiling(key), () -> expected.ceiling(key));
            checkSame(() -> actual.higher(key), () -> expected.higher(key));
        }
        if (depth < PART_DEPTH_MAX) {
            checkKeys(actual.descendingSet(), expected.descendingSet(), depth + 1);
            Object from = probe();
            Object to = probe();
            boolean withFrom = random.nextBoolean();
            boolean withTo = random.nextBoolean();
            checkPart(actual, expected, set -> set.subSet(from, withFrom, to, withTo), depth);
            checkPart(actual, expected, set -> set.headSet(to, withTo), depth);
            checkPart(actual, expected, set -> set.tailSet(from, withFrom), depth);
        }
    }

    private void checkPart(
            NavigableSet<Object> actual,
            NavigableSet<Object> expected,
            UnaryOperator<NavigableSet<Object>> part,
            int depth) {
        checkSame(() -> part.apply(actual).isEmpty(), () -> part.apply(expected).isEmpty());
        if (outcome(() -> part.apply(expected)) instanceof NavigableSet<?>) {
            checkKeys(part.apply(actual), part.apply(expected), depth + 1);
        }
    }

    private Object probe() {
        return universe.get(random.nextInt(universe.size()));
    }

    private static List<Object> listOf(Iterator<Object> items) {
        List<Object> list = new ArrayList<>();
        items.forEachRemaining(list::add);
        return list;
    }

    private static void checkSame(Supplier<@Nullable Object> actual, Supplier<@Nullable Object> expected) {
        assertThat(outcome(actual)).isEqualTo(outcome(expected));
    }

    /** What it returns, or the class of what it throws. */
    private static @Nullable Object outcome(Supplier<@Nullable Object> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return e.getClass();
        }
    }

    private static @Nullable Object anyKey(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2, 3 -> (long) random.nextInt(100);
            case 4 -> random.nextInt(200) / 2.0;
            case 5 -> bytes(random, random.nextInt(4));
            case 6 -> Tuple.of(anyKey(random), anyKey(random));
            default -> text(random);
        };
    }

    private static String text(Random random) {
        int[] alphabet = {'a', 'b', 'é', 0xd800, 0xffff, 0x10000, 0x10ffff};
        return random.ints(random.nextInt(4), 0, alphabet.length)
                .map(i -> alphabet[i])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Bytes bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    private static Object unsigned(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }
}
