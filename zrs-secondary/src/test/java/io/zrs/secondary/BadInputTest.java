package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.golden.Golden;
import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import io.zrs.testing.LogCapture;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a damaged or hostile primary can send: its own error, one log line, the connection closed, the storage as it was, another attempt. */
class BadInputTest {
    private static final String SET = "py3-doctest";
    private static final InetSocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8100);
    private static final Tid NEWER = Tid.parse("036c6b91ffffffff");
    private static final int PAYLOAD_SIZE_MAX = 1 << 20;

    @TempDir
    private Path directory;

    private static final byte[] HEAD = bytes("(X\1\0\0\0");

    static Stream<Arguments> hostile() {
        return Stream.of(
                input("FrameTooLargeException", "frame over the limit", BadInputTest::sendFrameOverTheLimit),
                input(
                        "FrameTooLargeException",
                        "frame of 4 GiB",
                        primary -> primary.sendRaw(bytes("\377\377\377\377"))),
                input("FrameTooLargeException", "record over the limit", BadInputTest::sendRecordOverTheLimit),
                input("UnknownMessageException", "unknown message", primary -> primary.send(bytes("(S'Q'\n(tt."))),
                input("MalformedMessageException", "no pickle", primary -> primary.send(bytes("nonsense"))),
                input("MalformedMessageException", "empty message", primary -> primary.send(new byte[0])),
                input("MalformedMessageException", "truncated pickle", primary -> primary.send(HEAD)),
                input("MalformedMessageException", "call", primary -> primary.send(bytes("cos\nsystem\n(S'id'\ntR."))),
                input(
                        "MalformedMessageException",
                        "call inside",
                        primary -> primary.send(bytes("(S'C'\n(cos\nsystem\n(S'id'\ntRtt."))),
                input("ChecksumException", "wrong checksum", BadInputTest::sendWrongChecksum),
                input("ChecksumException", "no checksum", BadInputTest::sendNoChecksum),
                input(
                        "RecordOutsideTransactionException",
                        "record without transaction",
                        primary -> sendRecord(primary)),
                input("NestedTransactionException", "second T", BadInputTest::sendSecondBegin),
                input("CommitOutsideTransactionException", "C without T", BadInputTest::sendCommit),
                input(
                        "TransactionOutOfOrderException",
                        "tid that the secondary has",
                        primary -> primary.send(begin(lastTid()))),
                input("TransactionOutOfOrderException", "tid zero", primary -> primary.send(begin(Tid.NONE))),
                input("Exception", "blob with more blocks than said", primary -> sendBlob(primary, 1, 2)),
                input("Exception", "blob with fewer blocks than said", primary -> sendBlob(primary, 2, 1)),
                input("MalformedMessageException", "blob without record", BadInputTest::sendBlobWithoutRecord));
    }

    private static Arguments input(String error, String name, Consumer<FakeConnection> send) {
        return Arguments.of(error, name, send);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("hostile")
    void refusesAndStaysAsItWas(String error, String name, Consumer<FakeConnection> send) {
        DataFile data = new DataFile(directory, DataFile.Blobs.KEPT);
        FakeReactor reactor = new FakeReactor();
        SecondarySettings settings =
                SecondarySettings.standard(new Random(0)).withLimits(new ProtocolLimits(PAYLOAD_SIZE_MAX));
        try (Secondary secondary = Secondary.start(data.open(), PRIMARY, reactor, reactor.executor(), settings);
                LogCapture log = LogCapture.of(Secondary.class)) {
            FakeConnection primary = reactor.accept();
            primary.sendRaw(Golden.bytes(SET + "/from-zero.wire"));
            primary.close();
            byte[] dataBefore = data.bytes();
            SortedMap<String, ByteBuffer> blobsBefore = data.blobs();
            log.clear();

            FakeConnection hostile = reactor.accept();
            send.accept(hostile);

            assertThat(hostile.isClosed()).isTrue();
            Disconnection why = secondary.status().lastDisconnection().orElseThrow();
            assertThat(why.reason()).isEqualTo(Disconnection.Reason.DAMAGED_STREAM);
            assertThat(why.message()).contains(error);
            assertThat(log.lines())
                    .filteredOn(line -> !line.startsWith("INFO"))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR io.zrs.secondary.Secondary primary:8100: input data error: ")
                    .contains(error);
            assertThat(secondary.lastTransaction()).isEqualTo(lastTid());
            assertThat(data.bytes()).isEqualTo(dataBefore);
            assertThat(data.blobs()).isEqualTo(blobsBefore);
            assertThat(data.litter()).isEmpty();
            assertThat(reactor.later())
                    .singleElement()
                    .satisfies(delay -> assertThat(delay).isPositive());

            reactor.doLater();
            FakeConnection good = reactor.accept();
            good.send(begin(NEWER));
            good.send(new ReplicationMessage.Commit(good.digest()));
            assertThat(secondary.lastTransaction()).isEqualTo(NEWER);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void holdsAPrefixWhateverIsDamaged(long seed) {
        Random random = new Random(Long.getLong("zrs.seed", seed));
        DataFile data = new DataFile(directory, DataFile.Blobs.KEPT);
        FakeReactor reactor = new FakeReactor();
        byte[] wire = Golden.bytes(SET + "/from-zero.wire");
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try (Secondary secondary = Secondary.start(
                data.open(), PRIMARY, reactor, reactor.executor(), SecondarySettings.standard(new Random(0)))) {
            FakeConnection primary = reactor.accept().pieces(1 + random.nextInt(100_000));
            primary.sendRaw(wire);
            if (!primary.isClosed()) {
                primary.fail(); // a length that was damaged can make it wait for more
            }
            assertThat(secondary.status().lastDisconnection()).isPresent();
        }
        assertThat(Golden.bytes(SET + "/Data.fs")).startsWith(data.bytes());
        assertThat(DataFile.blobs(Golden.path(SET + "/blobs"))).containsAllEntriesOf(data.blobs());
        assertThat(data.litter()).isEmpty();
    }

    private static void sendFrameOverTheLimit(FakeConnection primary) {
        primary.sendRaw(ByteBuffer.allocate(4).putInt(PAYLOAD_SIZE_MAX + 1).array());
    }

    private static void sendRecordOverTheLimit(FakeConnection primary) {
        primary.send(begin(NEWER));
        primary.send(new ReplicationMessage.Store(new Oid(1), NEWER, null));
        sendFrameOverTheLimit(primary);
    }

    private static void sendWrongChecksum(FakeConnection primary) {
        primary.send(begin(NEWER));
        sendRecord(primary);
        Bytes wrong = primary.digest();
        sendRecord(primary);
        primary.send(new ReplicationMessage.Commit(wrong));
    }

    private static void sendNoChecksum(FakeConnection primary) {
        primary.send(begin(NEWER));
        primary.send(new ReplicationMessage.Commit(Bytes.EMPTY));
    }

    private static void sendRecord(FakeConnection primary) {
        primary.send(new ReplicationMessage.Store(new Oid(1), NEWER, null));
        primary.send(bytes("data"));
    }

    private static void sendSecondBegin(FakeConnection primary) {
        primary.send(begin(NEWER));
        sendRecord(primary);
        primary.send(begin(NEWER.next()));
    }

    private static void sendCommit(FakeConnection primary) {
        primary.send(new ReplicationMessage.Commit(primary.digest()));
    }

    private static void sendBlob(FakeConnection primary, int said, int sent) {
        primary.send(begin(NEWER));
        primary.send(new ReplicationMessage.StoreBlob(new Oid(1), NEWER, null, said));
        primary.send(bytes("blob record"));
        for (int i = 0; i < sent; i++) {
            primary.send(new byte[65536]);
        }
        primary.send(new ReplicationMessage.Commit(primary.digest()));
        primary.send(begin(NEWER.next()));
        primary.send(new ReplicationMessage.Commit(primary.digest()));
    }

    private static void sendBlobWithoutRecord(FakeConnection primary) {
        primary.send(begin(NEWER));
        primary.send(new ReplicationMessage.StoreBlob(new Oid(1), NEWER, null, 1));
        primary.send(new byte[0]);
    }

    private static ReplicationMessage begin(Tid tid) {
        TransactionMetadata metadata = new TransactionMetadata(Bytes.EMPTY, Bytes.utf8("test"), Bytes.EMPTY);
        return new ReplicationMessage.Begin(
                new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata), PickleDialect.PYTHON3);
    }

    private static Tid lastTid() {
        return Tid.parse("036c6b9119999999");
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
