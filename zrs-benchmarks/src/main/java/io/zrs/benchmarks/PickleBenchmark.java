package io.zrs.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.RecordScanner;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
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
import org.openjdk.jmh.infra.Blackhole;

/** One after the other of the golden records, which are 200 bytes long on average: scalars, containers, BTrees, application objects. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class PickleBenchmark {
    @Param({"py2-objects", "py3-objects"})
    private String set;

    private final PickleReader reader = new PickleReader(PickleLimits.RECORD);
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
    private ByteBuffer[] records;
    private int next;

    /** Reads the golden records. */
    @Setup
    public void setUp() {
        JsonNode all = Golden.json(set + "/records.json");
        records = StreamSupport.stream(all.spliterator(), false)
                .map(each ->
                        ByteBuffer.wrap(HexFormat.of().parseHex(each.get("data").asText())))
                .toArray(ByteBuffer[]::new);
    }

    /** Both pickles, as values. */
    @Benchmark
    public PickleValue read(Blackhole hole) throws PickleException {
        ByteBuffer record = record();
        hole.consume(reader.read(record));
        PickleValue state = reader.read(record);
        reader.reset();
        record.rewind();
        return state;
    }

    /** The class alone. */
    @Benchmark
    public Object className() {
        return scanner.className(record());
    }

    /** Whether it is a blob, which a primary asks of each record. */
    @Benchmark
    public boolean isBlob() {
        return RecordScanner.isBlob(record());
    }

    /** The oids that it refers to. */
    @Benchmark
    public void references(Blackhole hole) throws PickleException {
        scanner.references(record(), hole::consume);
    }

    private ByteBuffer record() {
        next = next + 1 == records.length ? 0 : next + 1;
        return records[next];
    }
}
