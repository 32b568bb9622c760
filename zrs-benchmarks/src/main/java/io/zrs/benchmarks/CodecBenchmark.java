package io.zrs.benchmarks;

import io.zrs.protocol.MessageDecoder;
import io.zrs.protocol.MessageEncoder;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
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

/** One {@code S} message, of which there is one for each record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class CodecBenchmark {
    @Param
    private PickleDialect dialect;

    private final Store store = new Store(new Oid(0x1234), new Tid(0x03ec_0f12_d3a4_5678L), null);
    private final MessageDecoder decoder = new MessageDecoder();
    private MessageEncoder encoder;
    private ByteBuffer encoded;

    /** Makes what is decoded. */
    @Setup
    public void setUp() {
        encoder = new MessageEncoder(dialect);
        ByteBuffer message = new MessageEncoder(dialect).encode(store);
        encoded = ByteBuffer.allocate(message.remaining()).put(message).flip();
    }

    /** Writes it. */
    @Benchmark
    public ByteBuffer encodeStore() {
        return encoder.encode(store);
    }

    /** Reads it. */
    @Benchmark
    public ReplicationMessage decodeStore() {
        return decoder.decode(encoded);
    }
}
