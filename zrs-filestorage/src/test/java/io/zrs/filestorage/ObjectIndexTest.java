package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ObjectIndexTest {
    private static final long POSITION_MAX = (1L << 48) - 1;

    /** Replay one with {@code -Dzrs.seed=N}. */
    static LongStream seeds() {
        Long seed = Long.getLong("zrs.seed");
        return seed == null ? LongStream.range(0, 40) : LongStream.of(seed);
    }

    @Test
    void answersForNoObjectWhenEmpty() {
        ObjectIndex index = new ObjectIndex();

        assertThat(index.get(0)).isZero();
        assertThat(index.get(-1)).isZero();
        assertThat(index.size()).isZero();
        assertThat(index.highestOid()).isZero();
        assertThat(index.from(0).next()).isFalse();
    }

    @Test
    void keepsTheExtremesOfBothRanges() {
        ObjectIndex index = new ObjectIndex();
        index.put(-1, POSITION_MAX);
        index.put(0, 1);

        assertThat(index.get(-1)).isEqualTo(POSITION_MAX);
        assertThat(index.get(0)).isEqualTo(1);
        assertThat(index.highestOid()).isEqualTo(-1);
        assertThat(oids(index, 1)).containsExactly(-1L);
    }

    @Test
    void refusesPositionsThatItCannotHold() {
        ObjectIndex index = new ObjectIndex();

        for (long position : new long[] {0, -1, Long.MIN_VALUE, POSITION_MAX + 1}) {
            assertThatIllegalArgumentException().isThrownBy(() -> index.put(1, position));
        }
        assertThat(index.size()).isZero();
        assertThat(index.get(1)).isZero();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void agreesWithSortedMap(long seed) {
        Random random = new Random(seed);
        Oids oids = Oids.values()[(int) Math.floorMod(seed, (long) Oids.values().length)];
        TreeMap<Long, Long> model = new TreeMap<>(Long::compareUnsigned);
        ObjectIndex index = new ObjectIndex();
        for (int i = 0; i < 30_000; i++) {
            long oid = oids.choose(random, i);
            long position = 1 + (random.nextLong() >>> 17);
            index.put(oid, position);
            model.put(oid, position);
            if (i % 97 == 0) {
                long probe = random.nextBoolean() ? oids.choose(random, i) : oid + 1;
                assertThat(index.get(probe)).isEqualTo(model.getOrDefault(probe, 0L));
                ObjectIndex.Cursor cursor = index.from(probe);
                Map.Entry<Long, Long> expected = model.ceilingEntry(probe);
                assertThat(cursor.next()).isEqualTo(expected != null);
                if (expected != null) {
                    assertThat(cursor.oid()).isEqualTo(expected.getKey());
                    assertThat(cursor.position()).isEqualTo(expected.getValue());
                }
            }
        }
        assertThat(index.size()).isEqualTo(model.size());
        assertThat(index.highestOid()).isEqualTo(model.lastKey());
        assertThat(oids(index, 0)).isEqualTo(new ArrayList<>(model.keySet()));
        model.forEach((oid, position) -> check(index.get(oid) == position, "position", oid));
    }

    @Test
    void takesAtMostTenBytesForEachDenselyNumberedObject() {
        ObjectIndex index = new ObjectIndex();
        for (long oid = 0; oid < 1_000_000; oid++) {
            index.put(oid, oid + 4);
        }

        assertThat(index.retainedBytes()).isBetween(8_000_000L, 8_300_000L);
    }

    @Test
    void takesAtMostTenBytesForDenseOidsThatComeInDisorder() {
        ObjectIndex index = new ObjectIndex();
        long oid = 0;
        for (int i = 0; i < 1 << 20; i++) {
            oid = oid * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L & (1 << 20) - 1;
            index.put(oid, i + 1);
        }

        assertThat(index.size()).isEqualTo(1 << 20);
        assertThat(index.retainedBytes()).isLessThan(10L << 20);
    }

    @Test
    void takesAFewDozenBytesForEachScatteredObject() {
        for (Oids oids : Oids.values()) {
            Random random = new Random(7);
            ObjectIndex index = new ObjectIndex();
            for (int i = 0; i < 200_000; i++) {
                index.put(oids.choose(random, i), i + 1);
            }
            assertThat(index.retainedBytes())
                    .as("%s, %d objects", oids, index.size())
                    .isLessThan(10_000 + 64 * index.size());
        }
    }

    @Test
    void readersFindEachObjectWholeWhileAnotherThreadWrites() throws Exception {
        for (Oids oids : Oids.values()) {
            Random random = new Random(3);
            long[] chosen = LongStream.range(0, 60_000)
                    .map(i -> oids.choose(random, (int) i))
                    .distinct()
                    .toArray();
            ExecutorService readers = Executors.newFixedThreadPool(2);
            try {
                Writing writing = new Writing(chosen);
                List<Future<Void>> results =
                        List.of(readers.submit(writing.reader(1)), readers.submit(writing.walker()));
                writing.run();
                for (Future<Void> result : results) {
                    result.get(1, TimeUnit.MINUTES);
                }
            } finally {
                readers.shutdownNow();
            }
        }
    }

    private static List<Long> oids(ObjectIndex index, long from) {
        List<Long> found = new ArrayList<>();
        ObjectIndex.Cursor cursor = index.from(from);
        while (cursor.next()) {
            check(cursor.position() == index.get(cursor.oid()), "position", cursor.oid());
            found.add(cursor.oid());
        }
        return found;
    }

    /** Cheap enough for every step of a race. */
    private static void check(boolean holds, String what, long oid) {
        if (!holds) {
            fail("wrong %s at oid %#x", what, oid);
        }
    }

    /** Each position names its object and a version that only rises: {@code version << 24 | number + 1}. */
    private static final class Writing {
        private final long[] oids;
        private final ObjectIndex index = new ObjectIndex();
        private volatile int written;
        private volatile boolean ended;

        Writing(long[] oids) {
            this.oids = oids;
        }

        void run() {
            try {
                for (int i = 0; i < oids.length; i++) {
                    index.put(oids[i], 1L << 24 | i + 1);
                    written = i + 1;
                    int old = (int) (i * 31L % (i + 1));
                    index.put(oids[old], (long) (i + 2) << 24 | old + 1);
                }
            } finally {
                ended = true;
            }
        }

        Callable<Void> reader(long seed) {
            return () -> {
                Random random = new Random(seed);
                long[] newest = new long[oids.length];
                while (!ended) {
                    int known = written;
                    for (int n = 0; n < 100 && known > 0; n++) {
                        int i = random.nextInt(known);
                        long position = index.get(oids[i]);
                        check((position & 0xff_ffff) == i + 1, "object", oids[i]);
                        check(position >= newest[i], "version", oids[i]);
                        newest[i] = position;
                    }
                }
                return null;
            };
        }

        Callable<Void> walker() {
            return () -> {
                while (!ended) {
                    int known = written;
                    ObjectIndex.Cursor cursor = index.from(0);
                    long last = 0;
                    int found = 0;
                    while (cursor.next()) {
                        check(found == 0 || Long.compareUnsigned(last, cursor.oid()) < 0, "order", cursor.oid());
                        check(oids[(int) (cursor.position() & 0xff_ffff) - 1] == cursor.oid(), "object", cursor.oid());
                        last = cursor.oid();
                        found++;
                    }
                    assertThat(found).isGreaterThanOrEqualTo(known);
                }
                return null;
            };
        }
    }

    /** Ways in which oids may be numbered. */
    private enum Oids {
        ASCENDING {
            @Override
            long choose(Random random, int i) {
                return i;
            }
        },
        SHUFFLED {
            @Override
            long choose(Random random, int i) {
                return random.nextInt(50_000);
            }
        },
        ANY {
            @Override
            long choose(Random random, int i) {
                return random.nextLong();
            }
        },
        ONE_A_PAGE {
            @Override
            long choose(Random random, int i) {
                return (long) i << 8;
            }
        },
        DESCENDING {
            @Override
            long choose(Random random, int i) {
                return -257L * i;
            }
        },
        CLUSTERS {
            @Override
            long choose(Random random, int i) {
                return (long) random.nextInt(300) << 40 | random.nextInt(1000);
            }
        },
        QUARTER {
            @Override
            long choose(Random random, int i) {
                return random.nextInt(1 << 20);
            }
        };

        abstract long choose(Random random, int i);
    }
}
