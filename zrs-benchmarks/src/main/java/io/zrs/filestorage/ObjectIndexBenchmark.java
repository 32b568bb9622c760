package io.zrs.filestorage;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding objects at random in the index, which is nobody else's business: hence this package. A plain array, for comparison. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class ObjectIndexBenchmark {
    @Param({"100000", "10000000"})
    private int objectCount;

    private final SplittableRandom random = new SplittableRandom(1);
    private ObjectIndex index;
    private long[] array;

    /** Numbers objects densely, as ZODB does. */
    @Setup
    public void setUp() {
        index = new ObjectIndex();
        array = new long[objectCount];
        for (int oid = 0; oid < objectCount; oid++) {
            index.put(oid, 4 + 250L * oid);
            array[oid] = 4 + 250L * oid;
        }
        System.out.printf(
                "%.2f bytes for each of %d objects%n", (double) index.retainedBytes() / objectCount, objectCount);
    }

    /** Ours. */
    @Benchmark
    public long find() {
        return index.get(random.nextInt(objectCount));
    }

    /** One access to memory. */
    @Benchmark
    public long findInArray() {
        return array[random.nextInt(objectCount)];
    }
}
