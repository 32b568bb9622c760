package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Strings;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays a primary against a secondary's session. */
class Zrs2ReceivingSessionTest {
    private static final Tid START = new Tid(7);
    private static final Tid TID = new Tid(8);
    private static final Oid OID = new Oid(1);
    private static final ReplicationMessage BEGIN =
            new Begin(new TransactionHeader(TID, ' ', TransactionMetadata.EMPTY), PickleDialect.PYTHON3);
    private static final ReplicationMessage STORE = new Store(OID, TID, null);
    private static final ProtocolLimits LIMITS = new ProtocolLimits(1000);
    private static final String BEGUN = "begin 0000000000000008 ' ' user= description= extension= PYTHON3";

    private final Output output = new Output();
    private final EventLog events = new EventLog();
    private final ReceivingSession session = new Zrs21().receive(START, events, output, LIMITS);
    private final MessageEncoder encoder = new MessageEncoder(PickleDialect.PYTHON3);
    private final Checksum checksum = new Checksum(START);

    @Test
    void introducesItselfAtOnce() {
        assertThat(output.hex()).isEqualTo("00000006" + "7a7273322e31" + "00000008" + "0000000000000007");
    }

    @Test
    void showsThatItIsAliveByAnEmptyFrame() {
        output.buffers.clear();
        session.keepAlive();
        assertThat(output.hex()).isEqualTo("00000000");
    }

    @Test
    void acknowledgesNothing() {
        output.buffers.clear();
        session.acknowledge(TID);
        assertThat(output.buffers).isEmpty();
    }

    @Test
    void passesOnATransaction() {
        send(BEGIN);
        send(STORE);
        send("data");
        send(new Store(OID, START, TID));
        send("");
        commit();
        assertThat(events.lines)
                .containsExactly(
                        BEGUN,
                        stored("store", "0000000000000008", "data", ""),
                        stored("store", "0000000000000007", "", "0000000000000008"),
                        "commit");
    }

    @Test
    void passesOnATransactionWithoutRecords() {
        send(BEGIN);
        commit();
        send(new Begin(new TransactionHeader(new Tid(9), 'p', TransactionMetadata.EMPTY), PickleDialect.PYTHON3));
        commit();
        assertThat(events.lines).hasSize(4).endsWith("commit");
    }

    @Test
    void takesBlocksOfAnySize() {
        send(BEGIN);
        send(new StoreBlob(OID, TID, null, 5));
        send("record");
        send("a");
        send("");
        send(Strings.repeat("b", 200_000));
        send("");
        send("c");
        assertThat(events.lines)
                .containsExactly(
                        BEGUN,
                        stored("beginBlob", "0000000000000008", "record", ""),
                        "endBlob 200002 " + sha256("a" + Strings.repeat("b", 200_000) + "c"));
        commit();
        assertThat(events.lines).endsWith("commit");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void takesAnEmptyBlobWithAnyNumberOfEmptyBlocks(int blockCount) {
        send(BEGIN);
        send(new StoreBlob(OID, TID, null, blockCount));
        send("record");
        for (int i = 0; i < blockCount; i++) {
            assertThat(events.lines).hasSize(2);
            send("");
        }
        assertThat(events.lines).endsWith("endBlob 0 " + sha256(""));
        commit();
    }

    @Test
    void passesBlocksOnAsTheyArrive() {
        List<Integer> sizes = new ArrayList<>();
        ReplicationSink counting = new EventLog() {
            @Override
            public void blobBytes(ByteBuffer bytes) {
                sizes.add(bytes.remaining());
            }
        };
        ReceivingSession other = new Zrs21().receive(START, counting, output, LIMITS);
        other.receive(frame(encoder.encode(BEGIN)));
        other.receive(frame(encoder.encode(new StoreBlob(OID, TID, null, 1))));
        other.receive(frame(bytes("record")));
        other.receive(ByteBuffer.allocate(6).putInt(-1).flip());
        other.receive(ByteBuffer.allocate(1 << 20));
        other.receive(ByteBuffer.allocate(10));
        assertThat(sizes).containsExactly(1 << 20, 10);
    }

    @Test
    void handsOverDataThatItNeverTouchesAgain() {
        List<byte[]> received = new ArrayList<>();
        ReplicationSink keeping = new EventLog() {
            @Override
            public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
                received.add(Objects.requireNonNull(data));
            }
        };
        ReceivingSession other = new Zrs21().receive(START, keeping, output, LIMITS);
        other.receive(frame(encoder.encode(BEGIN)));
        for (String data : List.of("first", "other")) {
            other.receive(frame(encoder.encode(STORE)));
            other.receive(frame(bytes(data)));
        }
        assertThat(received)
                .containsExactly(
                        "first".getBytes(StandardCharsets.US_ASCII), "other".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void refusesARecordBeyondTheLimit() {
        send(BEGIN);
        send(STORE);
        assertThatThrownBy(() -> receive("000003e9"))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessage("the frame with a record announces 1001 bytes, 1000 are accepted");
    }

    @Test
    void takesARecordAtTheLimit() {
        send(BEGIN);
        send(STORE);
        send(Strings.repeat("x", 1000));
        assertThat(events.lines).hasSize(2);
    }

    @Test
    void refusesAMessageBeyondTheLimit() {
        assertThatThrownBy(() -> receive("ffffffff"))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessage("the frame with a message announces 4294967295 bytes, 1000 are accepted");
        ReceivingSession generous = new Zrs21().receive(START, events, output, ProtocolLimits.DEFAULT);
        assertThatThrownBy(() -> generous.receive(ByteBuffer.allocate(4)
                        .putInt(MessageDecoder.SIZE_MAX + 1)
                        .flip()))
                .isInstanceOf(FrameTooLargeException.class);
    }

    @Test
    void refusesAnEmptyMessage() {
        assertThatThrownBy(() -> send("")).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertThatThrownBy(() -> send("cos\nsystem\n(U\4haltstR.")).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void refusesAnUnknownMessage() {
        assertThatThrownBy(() -> send("(U\1X(tt.")).isInstanceOf(UnknownMessageException.class);
    }

    @Test
    void refusesARecordOutsideOfATransaction() {
        assertThatThrownBy(() -> send(STORE))
                .isInstanceOf(RecordOutsideTransactionException.class)
                .hasMessageContaining("oid 0x01");
    }

    @Test
    void refusesABlobBehindTheEndOfATransaction() {
        send(BEGIN);
        commit();
        assertThatThrownBy(() -> send(new StoreBlob(OID, TID, null, 1)))
                .isInstanceOf(RecordOutsideTransactionException.class);
        assertThat(events.lines).endsWith("commit");
    }

    @Test
    void refusesATransactionInsideOfATransaction() {
        send(BEGIN);
        assertThatThrownBy(() -> send(BEGIN))
                .isInstanceOf(NestedTransactionException.class)
                .hasMessage("transaction 0x08 began before the end of transaction 0x08");
        assertThat(events.lines).containsExactly(BEGUN);
    }

    @Test
    void refusesTheEndOfNoTransaction() {
        assertThatThrownBy(this::commit).isInstanceOf(CommitOutsideTransactionException.class);
        assertThat(events.lines).isEmpty();
    }

    @Test
    void refusesAWrongChecksum() {
        send(BEGIN);
        String right = checksum.value().toString();
        Bytes wrong = Bytes.copyOf(new byte[16]);
        assertThatThrownBy(() -> send(new Commit(wrong)))
                .isInstanceOf(ChecksumException.class)
                .hasMessage("wrong checksum in transaction 0x08: what arrived has " + right
                        + ", the primary says 00000000000000000000000000000000");
        assertThat(events.lines).containsExactly(BEGUN);
    }

    @Test
    void refusesAMissingChecksum() {
        send(BEGIN);
        assertThatThrownBy(() -> send(new Commit(Bytes.EMPTY)))
                .isInstanceOf(ChecksumException.class)
                .hasMessageEndingWith("the primary says none");
    }

    @Test
    void refusesABlobWithoutARecord() {
        send(BEGIN);
        send(new StoreBlob(OID, TID, null, 1));
        assertThatThrownBy(() -> send(""))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the blob of oid 0x01 came without a record");
    }

    @Test
    void refusesMoreBlocksThanSaid() {
        send(BEGIN);
        send(new StoreBlob(OID, TID, null, 1));
        send("record");
        send("block");
        assertThatThrownBy(() -> send("block")).isInstanceOf(MalformedMessageException.class);
        assertThat(events.lines).doesNotContain("commit");
    }

    @Test
    void refusesFewerBlocksThanSaid() {
        send(BEGIN);
        send(new StoreBlob(OID, TID, null, 2));
        send("record");
        send("block");
        commit(); // taken for the second block
        assertThatThrownBy(() -> send(BEGIN)).isInstanceOf(NestedTransactionException.class);
        assertThat(events.lines).doesNotContain("commit");
    }

    @Test
    void knowsNoBlobsInTheOlderVersion() {
        ReceivingSession older = new Zrs20().receive(START, events, output, LIMITS);
        older.receive(frame(encoder.encode(BEGIN)));
        assertThatThrownBy(() -> older.receive(frame(encoder.encode(new StoreBlob(OID, TID, null, 0)))))
                .isInstanceOf(UnknownMessageException.class)
                .hasMessage("zrs2.0 has no blobs, but one came for oid 0x01");
    }

    private void send(ReplicationMessage message) {
        sendPayload(encoder.encode(message));
    }

    private void send(String latin1) {
        sendPayload(bytes(latin1));
    }

    private void commit() {
        send(new Commit(checksum.value()));
    }

    private void sendPayload(ByteBuffer payload) {
        ByteBuffer frame = frame(payload);
        checksum.add(payload);
        session.receive(frame);
    }

    private void receive(String hex) {
        session.receive(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    private static ByteBuffer frame(ByteBuffer payload) {
        return ByteBuffer.allocate(4 + payload.remaining())
                .putInt(payload.remaining())
                .put(payload.duplicate())
                .flip();
    }

    private static ByteBuffer bytes(String latin1) {
        return ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String stored(String call, String serial, String data, String dataTid) {
        return EventLog.record(call, "0000000000000001", serial, data.isEmpty() ? "" : sha256(data), dataTid);
    }

    private static String sha256(String latin1) {
        return EventLog.sha256(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
}
