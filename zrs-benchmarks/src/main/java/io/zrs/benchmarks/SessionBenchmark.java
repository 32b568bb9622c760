package io.zrs.benchmarks;

import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import io.zrs.protocol.ReplicationSink;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** A record on its way through both sides of the protocol, checksum included, without a network; and the checksum alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class SessionBenchmark {
    private static final Tid TID = new Tid(0x03ec_0f12_d3a4_5678L);

    @Param({"200", "65536"})
    private int recordSize;

    private DataRecord record;
    private SendingSession sending;
    private ReceivingSession receiving;
    private ByteBuffer sent;
    private ByteBuffer stored;
    private MessageDigest md5;
    private byte[] alone;
    private boolean isReady;
    private long taken;

    /** Brings both sides into a transaction that does not end, so that the same record can come again and again. */
    @Setup
    public void setUp() throws NoSuchAlgorithmException {
        md5 = MessageDigest.getInstance("MD5");
        byte[] data = SampleRecords.mapping(recordSize, new SplittableRandom(recordSize));
        record = new DataRecord(new Oid(0x1234), TID, data, null);
        ReplicationProtocol protocol = ReplicationProtocols.find("zrs2.1").orElseThrow();
        sent = ByteBuffer.allocate(2 * recordSize + 4096);
        sending = protocol.send(new NoEvents(), this::take);
        ByteBuffer start = ByteBuffer.allocate(Integer.BYTES + Long.BYTES);
        sending.receive(start.putInt(Long.BYTES).putLong(0).flip());
        sending.begin(
                new TransactionHeader(TID, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY),
                PickleDialect.PYTHON3);
        sending.flush();
        receiving = protocol.receive(Tid.NONE, new CountingSink(), greeting -> {}, ProtocolLimits.DEFAULT);
        receiving.receive(sent.flip());
        sent.clear();
        sending.store(record);
        sending.flush();
        stored = sent.flip();
        alone = new byte[stored.remaining()];
        stored.get(0, alone);
        isReady = true;
    }

    /** The primary's side. */
    @Benchmark
    public long send() {
        sending.store(record);
        return taken;
    }

    /** The secondary's side. */
    @Benchmark
    public long receive() {
        receiving.receive(stored.rewind());
        return taken;
    }

    /** The same bytes through nothing but MD5. */
    @Benchmark
    public void md5() {
        md5.update(alone);
    }

    private void take(ByteBuffer bytes) {
        taken += bytes.remaining();
        if (!isReady) {
            sent.put(bytes);
        }
    }

    private static final class NoEvents implements SendingEvents {
        @Override
        public void start(Tid last) {}

        @Override
        public void acknowledged(Tid tid) {}
    }

    private final class CountingSink implements ReplicationSink {
        @Override
        public void begin(TransactionHeader header, PickleDialect dialect) {}

        @Override
        public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
            taken += oid.value();
        }

        @Override
        public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {}

        @Override
        public void blobBytes(ByteBuffer bytes) {}

        @Override
        public void endBlob() {}

        @Override
        public void commit() {}
    }
}
