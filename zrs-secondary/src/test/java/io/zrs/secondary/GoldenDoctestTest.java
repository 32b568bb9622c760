package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.database.Blob;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.golden.Golden;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.Bytes;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scenario of {@link SecondaryBlobDoctestTest} as Python primaries sent it. */
class GoldenDoctestTest {
    private static final InetSocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8100);

    @TempDir
    private Path directory;

    private final FakeReactor reactor = new FakeReactor();
    private DataFile data;
    private Storage base;

    @BeforeEach
    void open() {
        data = new DataFile(directory, DataFile.Blobs.KEPT);
        base = data.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-doctest", "py3-doctest"})
    void followsStepByStep(String set) {
        Secondary secondary = start();
        assertThat(reactor.clients()).containsExactly(PRIMARY);
        FakeConnection primary = reactor.accept();
        assertThat(primary.read()).isEqualTo("zrs2.1".getBytes(StandardCharsets.US_ASCII));
        assertThat(primary.read()).isEqualTo(new byte[8]);
        assertThat(primary.read()).isNull();

        JsonNode steps = Golden.json(set + "/steps.json");
        List<byte[]> transactions = transactions(set);
        assertThat(transactions).hasSize(steps.size());
        for (int i = 0; i < transactions.size(); i++) {
            primary.sendRaw(transactions.get(i));
            assertThat(secondary.lastTransaction())
                    .isEqualTo(Tid.parse(steps.path(i).path("tid").asText()));
        }
        assertThat(data.blobs()).isEqualTo(DataFile.blobs(Golden.path(set + "/blobs")));
        assertThat(data.bytes()).isEqualTo(Golden.bytes(set + "/Data.fs"));

        primary.close();
        assertThat(reactor.clients()).containsExactly(PRIMARY); // once more, at once
        secondary.close();
        assertThat(reactor.later()).isEmpty();
        assertThat(reactor.clients()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-doctest", "py3-doctest"})
    void showsEachStepInADatabase(String set) throws Exception {
        Iterator<byte[]> transactions = transactions(set).iterator();
        Secondary secondary = start();
        FakeConnection primary = reactor.accept();
        primary.sendRaw(transactions.next());
        try (Database database = Database.open(secondary);
                Connection reader = database.open()) {
            PersistentMapping root = reader.root();
            assertThat(root).hasToString("{}");
            Runnable step = () -> {
                primary.sendRaw(transactions.next());
                reader.sync();
            };
            step.run();
            assertThat(root).hasToString("{'x': {}}");
            step.run();
            assertThat(read(root, "blob")).asString(StandardCharsets.US_ASCII).isEqualTo("test\n");
            for (int i = 0; i < 5; i++) {
                step.run();
                byte[] bytes = read(root, i);
                String hash = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
                assertThat(Golden.json(set + "/steps.json")
                                .path(3 + i)
                                .path("step")
                                .asText())
                        .isEqualTo("root[" + i + "] holds " + bytes.length + " bytes, sha256 " + hash);
            }
            step.run();
            // Python's primary has made a file of no bytes for it.
            assertThat(read(root, "empty")).isEmpty();
            step.run();
            assertThat(read(root, "empty")).asString(StandardCharsets.US_ASCII).isEqualTo("new data");
            assertThat(transactions).isExhausted();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void makesAnEmptyBlobOfNoneOrOneEmptyBlock(long blockCount) {
        try (Secondary secondary = start()) {
            FakeConnection primary = reactor.accept();
            Tid tid = Tid.parse("036c6b90f7777778");
            Oid empty = new Oid(1);
            Oid unwritten = new Oid(2);
            primary.send(begin(tid));
            primary.send(new ReplicationMessage.StoreBlob(empty, tid, null, blockCount));
            primary.send("blob record".getBytes(StandardCharsets.US_ASCII));
            for (long block = 0; block < blockCount; block++) {
                primary.send(new byte[0]);
            }
            primary.send(new ReplicationMessage.Store(unwritten, tid, null));
            primary.send("blob record".getBytes(StandardCharsets.US_ASCII));
            primary.send(new ReplicationMessage.Commit(primary.digest()));

            BlobCapable blobs = secondary.capability(BlobCapable.class).orElseThrow();
            assertThat(blobs.loadBlob(empty, tid)).isEmptyFile();
            assertThatThrownBy(() -> blobs.loadBlob(unwritten, tid))
                    .isInstanceOf(PosKeyException.class)
                    .hasMessageContaining("No blob file");
        }
        assertThat(data.litter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-doctest", "py3-doctest"})
    void leavesNothingOfABlobThatIsCutOff(String set) {
        byte[] wire = Golden.bytes(set + "/from-zero.wire");
        List<byte[]> transactions = transactions(set);
        int blobStart = transactions.get(0).length + transactions.get(1).length + transactions.get(2).length;
        try (Secondary secondary = start()) {
            FakeConnection primary = reactor.accept();
            primary.sendRaw(Arrays.copyOf(wire, blobStart + 100_000));
            Tid last = secondary.lastTransaction();
            byte[] logBefore = data.bytes();
            primary.fail();
            assertThat(data.bytes()).isEqualTo(Arrays.copyOf(logBefore, (int) secondary.sizeInBytes()));
            assertThat(data.blobs()).hasSize(1);
            assertThat(data.litter()).isEmpty();

            FakeConnection again = reactor.accept();
            assertThat(again.read()).isNotNull();
            assertThat(again.read())
                    .isEqualTo(ByteBuffer.allocate(8).putLong(last.value()).array());
            again.close();
        }
        assertThat(data.litter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 50_000, 400_000})
    void leavesNothingHalfWhenItIsClosed(int sent) {
        Secondary secondary = start();
        reactor.accept().sendRaw(Arrays.copyOf(Golden.bytes("py3-doctest/from-zero.wire"), sent));
        Tid last = secondary.lastTransaction();
        secondary.close();
        assertThat(data.litter()).isEmpty();
        assertThat(Golden.bytes("py3-doctest/Data.fs")).startsWith(data.bytes());
        try (Storage reopened = data.open()) {
            assertThat(reopened.lastTransaction()).isEqualTo(last);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py3-doctest"})
    void canBeFollowedItself(String set) {
        try (Secondary secondary = start()) {
            TransactionLog log = secondary.capability(TransactionLog.class).orElseThrow();
            List<Tid> seen = new ArrayList<>();
            try (var follower = log.follow(Tid.NONE)) {
                follower.onCommit(() -> seen.add(Tid.NONE));
                reactor.accept().sendRaw(Golden.bytes(set + "/from-zero.wire"));
                assertThat(seen).hasSize(1);
                LogTransaction first = Objects.requireNonNull(follower.next());
                assertThat(first.header().tid()).isEqualTo(Tid.parse("036c6b90f3333333"));
            }
        }
    }

    private static byte[] read(PersistentMapping root, Object key) throws IOException {
        Blob blob = (Blob) Objects.requireNonNull(root.get(key));
        try (InputStream in = blob.openStream()) {
            return in.readAllBytes();
        }
    }

    private Secondary start() {
        return Secondary.start(base, PRIMARY, reactor, reactor.executor(), SecondarySettings.standard(new Random(0)));
    }

    private static ReplicationMessage begin(Tid tid) {
        TransactionMetadata metadata = new TransactionMetadata(Bytes.EMPTY, Bytes.utf8("test"), Bytes.EMPTY);
        return new ReplicationMessage.Begin(
                new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata), PickleDialect.PYTHON3);
    }

    /** The recorded stream, cut before each transaction. */
    private static List<byte[]> transactions(String set) {
        byte[] wire = Golden.bytes(set + "/from-zero.wire");
        List<Integer> starts = new ArrayList<>();
        for (JsonNode message : Golden.json(set + "/from-zero.wire.json").path("messages")) {
            if (message.path("kind").asText().equals("T")) {
                starts.add(message.path("pos").asInt());
            }
        }
        starts.add(wire.length);
        List<byte[]> cut = new ArrayList<>();
        for (int i = 1; i < starts.size(); i++) {
            cut.add(Arrays.copyOfRange(wire, starts.get(i - 1), starts.get(i)));
        }
        return cut;
    }
}
