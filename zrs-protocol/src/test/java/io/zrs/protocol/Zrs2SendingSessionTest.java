package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays a secondary against a primary's session. */
class Zrs2SendingSessionTest {
    private static final String LAST_TID = "00000008" + "036c6b90f7777778";
    private static final TransactionHeader HEADER = new TransactionHeader(new Tid(9), ' ', TransactionMetadata.EMPTY);

    private final Starts events = new Starts();
    private final Output output = new Output();
    private final SendingSession session = new Zrs21().send(events, output);

    @Test
    void startsAfterTheTidThatTheSecondaryNames() {
        receive(LAST_TID);
        assertThat(events.started).containsExactly(Tid.parse("036c6b90f7777778"));
        assertThat(output.buffers).isEmpty();
    }

    @Test
    void startsWhereverInputIsCut() {
        for (byte each : HexFormat.of().parseHex(LAST_TID)) {
            assertThat(events.started).isEmpty();
            session.receive(ByteBuffer.wrap(new byte[] {each}));
        }
        assertThat(events.started).hasSize(1);
    }

    @Test
    void takesSignsOfLife() {
        receive(LAST_TID + "00000000" + "00000000");
        receive("00000000");
        assertThat(events.started).hasSize(1);
        assertThat(events.acknowledged).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "0000000101", "0000000701020304050607"})
    void refusesWhatIsNoTid(String frame) {
        assertThatThrownBy(() -> receive(frame))
                .isInstanceOf(HandshakeException.class)
                .hasMessageContaining("must be a tid of 8 bytes");
        assertThat(events.started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000009", "ffffffff", "00010000"})
    void refusesAFrameBeyondTheLimitAtOnce(String header) {
        assertThatThrownBy(() -> receive(header))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageEndingWith("8 are accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000100", "00000008036c6b90f7777778"})
    void refusesFurtherMessages(String frame) {
        receive(LAST_TID);
        assertThatThrownBy(() -> receive(frame)).isInstanceOf(TooManyMessagesException.class);
        assertThat(events.started).hasSize(1);
    }

    @Test
    void givesNoReasons() {
        session.refuse("too far ahead");
        session.flush();
        assertThat(output.buffers).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "65535, 65535, 1", "65536, 65536, 1", "65537, 1, 2", "131072, 65536, 2", "200000, 3392, 4"})
    void cutsBlobsIntoBlocks(int size, int lastBlockSize, int blockCount) {
        receive(LAST_TID);
        session.begin(HEADER, PickleDialect.PYTHON2);
        session.beginBlob(record("data"), size);
        session.blobBytes(ByteBuffer.allocate(size));
        session.commit();
        session.flush();
        List<byte[]> payloads = payloads();
        assertThat(payloads).hasSize(blockCount + 4);
        assertThat(new String(payloads.get(1), StandardCharsets.ISO_8859_1)).endsWith("L" + blockCount + "L\ntt.");
        assertThat(payloads.subList(3, 2 + blockCount)).allMatch(block -> block.length == 65536);
        assertThat(payloads.get(2 + blockCount)).hasSize(lastBlockSize);
    }

    @Test
    void sendsAnEmptyBlobAsOneEmptyBlock() {
        receive(LAST_TID);
        session.begin(HEADER, PickleDialect.PYTHON3);
        session.beginBlob(record("data"), 0);
        session.commit();
        session.flush();
        assertThat(payloads().get(3)).isEmpty();
        assertThat(payloads()).hasSize(5);
        EventLog log = decode();
        assertThat(log.lines).hasSize(4).endsWith("commit");
        assertThat(log.lines.get(2)).startsWith("endBlob 0 ");
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsSentIsReceived(long seed) {
        Random random = new Random(seed);
        PickleDialect dialect = random.nextBoolean() ? PickleDialect.PYTHON2 : PickleDialect.PYTHON3;
        receive(LAST_TID);
        EventLog direct = new EventLog();
        for (int i = 0; i < 20; i++) {
            TransactionHeader header =
                    new TransactionHeader(new Tid(random.nextLong()), (char) random.nextInt(256), metadata(random));
            session.begin(header, dialect);
            direct.begin(header, dialect);
            for (int j = random.nextInt(10); j > 0; j--) {
                if (random.nextInt(4) == 0) {
                    sendBlob(random, direct);
                } else {
                    DataRecord record = record(random, random.nextInt(1 << random.nextInt(17)));
                    session.store(record);
                    direct.store(record.oid(), record.tid(), record.data(), record.dataTid());
                }
                if (random.nextInt(4) == 0) {
                    session.flush();
                }
            }
            session.commit();
            direct.commit();
        }
        session.flush();
        assertThat(decode().lines).isEqualTo(direct.lines);
    }

    @Test
    void sendsADeletedObjectAsEmptyData() {
        receive(LAST_TID);
        session.begin(HEADER, PickleDialect.PYTHON3);
        session.store(new DataRecord(new Oid(1), new Tid(9), null, new Tid(3)));
        session.commit();
        session.flush();
        assertThat(payloads().get(2)).isEmpty();
        assertThat(decode().lines.get(1))
                .isEqualTo("store 0000000000000001 0000000000000009 data= dataTid=0000000000000003");
    }

    @Test
    void passesLargeDataOnWithoutACopy() {
        byte[] data = new byte[1 << 20];
        receive(LAST_TID);
        session.begin(HEADER, PickleDialect.PYTHON3);
        session.store(new DataRecord(new Oid(1), new Tid(9), data, null));
        assertThat(output.buffers).hasSize(2);
        data[5] = 42;
        assertThat(output.buffers.get(1).get(5)).isEqualTo((byte) 42);
    }

    @Test
    void refusesCallsOutOfOrder() {
        assertIllegal(() -> session.begin(HEADER, PickleDialect.PYTHON3));
        receive(LAST_TID);
        assertIllegal(() -> session.store(record("data")));
        assertIllegal(() -> session.beginBlob(record("data"), 1));
        assertIllegal(session::commit);
        assertIllegal(() -> session.blobBytes(ByteBuffer.allocate(1)));
        session.begin(HEADER, PickleDialect.PYTHON3);
        assertIllegal(() -> session.begin(HEADER, PickleDialect.PYTHON3));
        session.beginBlob(record("data"), 2);
        assertIllegal(() -> session.blobBytes(ByteBuffer.allocate(3)));
        session.blobBytes(ByteBuffer.allocate(1));
        assertIllegal(() -> session.store(record("data")));
        assertIllegal(() -> session.beginBlob(record("data"), 1));
        assertIllegal(session::commit);
        session.blobBytes(ByteBuffer.allocate(1));
        session.commit();
        session.flush();
        assertThat(decode().lines).as("nothing of the refused calls").hasSize(4).endsWith("commit");
    }

    @Test
    void refusesABlobWithoutARecord() {
        receive(LAST_TID);
        session.begin(HEADER, PickleDialect.PYTHON3);
        DataRecord deleted = new DataRecord(new Oid(1), new Tid(9), null, null);
        assertThatThrownBy(() -> session.beginBlob(deleted, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.beginBlob(record("data"), -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasNoBlobsInTheOlderVersion() {
        SendingSession older = new Zrs20().send(events, output);
        older.receive(ByteBuffer.wrap(HexFormat.of().parseHex(LAST_TID)));
        older.begin(HEADER, PickleDialect.PYTHON3);
        assertThatThrownBy(() -> older.beginBlob(record("data"), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("zrs2.0 has no blobs");
    }

    @Test
    void writesNothingOfATransactionWhoseExtensionIsDamaged() {
        receive(LAST_TID);
        TransactionMetadata damaged = new TransactionMetadata(Bytes.EMPTY, Bytes.EMPTY, Bytes.copyOf(new byte[] {'}'}));
        assertThatThrownBy(() -> session.begin(new TransactionHeader(new Tid(9), ' ', damaged), PickleDialect.PYTHON3))
                .isInstanceOf(UnsendableTransactionException.class);
        session.flush();
        assertThat(output.buffers).isEmpty();
        session.begin(HEADER, PickleDialect.PYTHON3);
        session.commit();
        session.flush();
        assertThat(decode().lines).hasSize(2);
    }

    private void sendBlob(Random random, EventLog direct) {
        DataRecord record = record(random, 1 + random.nextInt(100));
        byte[] blob = new byte[random.nextInt(1 << random.nextInt(19))];
        random.nextBytes(blob);
        session.beginBlob(record, blob.length);
        direct.beginBlob(record.oid(), record.tid(), Objects.requireNonNull(record.data()), record.dataTid());
        direct.blobBytes(ByteBuffer.wrap(blob));
        direct.endBlob();
        ByteBuffer rest = ByteBuffer.wrap(blob);
        while (rest.hasRemaining()) {
            int size = Math.min(rest.remaining(), 1 + random.nextInt(100_000));
            session.blobBytes(rest.slice(rest.position(), size));
            rest.position(rest.position() + size);
        }
    }

    private static DataRecord record(Random random, int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return new DataRecord(
                new Oid(random.nextLong()),
                new Tid(random.nextLong()),
                size == 0 ? null : data,
                random.nextBoolean() ? null : new Tid(random.nextLong()));
    }

    private static TransactionMetadata metadata(Random random) {
        byte[] user = new byte[random.nextInt(20)];
        byte[] description = new byte[random.nextInt(1 << random.nextInt(17))];
        random.nextBytes(user);
        random.nextBytes(description);
        return new TransactionMetadata(Bytes.copyOf(user), Bytes.copyOf(description), Bytes.EMPTY);
    }

    private EventLog decode() {
        EventLog log = new EventLog();
        Output ignored = new Output();
        new Zrs21()
                .receive(Tid.parse("036c6b90f7777778"), log, ignored, ProtocolLimits.DEFAULT)
                .receive(ByteBuffer.wrap(output.bytes()));
        return log;
    }

    private List<byte[]> payloads() {
        List<byte[]> payloads = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(output.bytes());
        while (all.hasRemaining()) {
            byte[] payload = new byte[all.getInt()];
            all.get(payload);
            payloads.add(payload);
        }
        return payloads;
    }

    private void receive(String hex) {
        session.receive(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    private static DataRecord record(String data) {
        return new DataRecord(new Oid(1), new Tid(9), data.getBytes(StandardCharsets.US_ASCII), null);
    }

    private static void assertIllegal(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
    }
}
