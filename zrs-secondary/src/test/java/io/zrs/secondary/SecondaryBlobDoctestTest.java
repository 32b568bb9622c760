package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.Blob;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PosKeyException;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import io.zrs.testing.LogCapture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of a secondary with blobs, from opening to closing, in the order in which the original's {@code secondary-blob.test} tells it.
 *
 * <p>The network is played by the test, which is the primary too: it writes a database of its own and sends that one's log. What is said in the log
 * is checked on the way, and printed.
 */
@SuppressWarnings("NullAway.Init") // the story sets the fields as it goes
class SecondaryBlobDoctestTest {
    private static final InetSocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8000);
    private static final byte[] NO_TRANSACTION = new byte[8];

    @TempDir
    private Path directory;

    private final LogCapture log = LogCapture.of(Secondary.class).passOn();
    private final FakeReactor reactor = new FakeReactor();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private DataFile data;
    private Secondary secondary;
    private FakeConnection connection;
    private PrimaryDatabase primary;
    private Database database;
    private Connection reader;
    private PersistentMapping root;

    @AfterEach
    void closeAll() throws Exception {
        log.close();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    @DisplayName("A secondary keeps what a primary sends, blobs included, and a database on it shows that")
    void followsAPrimaryWithBlobs() throws IOException {
        itIsOpenedOverAStorageThatHoldsTheData();
        itConnectsAndSaysWhatItSpeaksAndWhatItHas();
        thePrimaryHasADatabase();
        theFirstTransactionComesMessageByMessage();
        aDatabaseCanBeOpenedNow();
        whatIsCommittedThereIsSeenHereAfterASync();
        aBlobComesWithItsBytes();
        soDoLargerBlobs();
        aBlobThatWasNeverWrittenHasNoBytesToCome();
        itHasThemWhenItIsWritten();
        closingTheDatabaseEndsItAll();
    }

    /** A secondary is a storage that others only read. The data goes into the storage that it wraps: a file here, with blobs beside it. */
    private void itIsOpenedOverAStorageThatHoldsTheData() throws IOException {
        data = new DataFile(Files.createDirectory(directory.resolve("secondary")), DataFile.Blobs.KEPT);
        secondary = Secondary.start(
                data.open(), PRIMARY, reactor, reactor.executor(), SecondarySettings.standard(new Random(0)));
        opened.add(secondary);
        assertThat(reactor.clients()).containsExactly(PRIMARY);
        logged("INFO " + data.name() + ": opened, to follow primary:8000", "INFO primary:8000: connecting");
    }

    /** There is nothing to be read yet. The fake network connects when it is told to. */
    private void itConnectsAndSaysWhatItSpeaksAndWhatItHas() {
        connection = reactor.accept();
        logged("INFO primary:8000: connected by zrs2.1, following from 0x00 (1900-01-01 00:00:00.000000)");

        // First the protocol: the one that knows of blobs, since the storage has a place for them.
        assertThat(connection.read()).asString(StandardCharsets.US_ASCII).isEqualTo("zrs2.1");
        // Then the last transaction that it has, which is none.
        assertThat(connection.read()).isEqualTo(NO_TRANSACTION);
        // From here on it listens.
        assertThat(connection.read()).isNull();
    }

    private void thePrimaryHasADatabase() throws IOException {
        Path site = Files.createDirectory(directory.resolve("primary"));
        primary = new PrimaryDatabase(new DataFile(site, DataFile.Blobs.KEPT).open());
        opened.add(primary);
    }

    /** Begin, two messages for each record (what it is, and its data), commit with the checksum of all that was sent. */
    private void theFirstTransactionComesMessageByMessage() {
        LogTransaction first = primary.next();
        connection.send(new ReplicationMessage.Begin(first.header(), primary.dialect()));
        for (DataRecord record = first.nextRecord(); record != null; record = first.nextRecord()) {
            connection.send(new ReplicationMessage.Store(record.oid(), record.tid(), record.dataTid()));
            connection.send(Objects.requireNonNull(record.data()));
        }
        connection.send(new ReplicationMessage.Commit(connection.digest()));
        assertThat(secondary.lastTransaction()).isEqualTo(first.header().tid());
    }

    private void aDatabaseCanBeOpenedNow() {
        database = Database.open(secondary);
        opened.add(0, database);
        reader = database.open();
        root = reader.root();
        assertThat(root).hasToString("{}");
    }

    private void whatIsCommittedThereIsSeenHereAfterASync() {
        primary.root().put("x", new PersistentMapping());
        primary.commit();
        primary.sendNext(connection);
        assertThat(root).hasToString("{}"); // the snapshot stays
        reader.sync();
        assertThat(root).hasToString("{'x': {}}");
    }

    private void aBlobComesWithItsBytes() throws IOException {
        write("blob", "test\n".getBytes(StandardCharsets.US_ASCII));
        arrives();
        assertThat(read(root, "blob")).asString(StandardCharsets.US_ASCII).isEqualTo("test\n");
    }

    private void soDoLargerBlobs() throws IOException {
        Random random = new Random(0);
        for (int i = 0; i < 5; i++) {
            byte[] bytes = new byte[Integer.BYTES * random.nextInt(1_000, 100_001)];
            random.nextBytes(bytes);
            write(i, bytes);
            arrives();
            assertThat(read(root, i)).isEqualTo(read(primary.root(), i)).isEqualTo(bytes);
        }
    }

    /** The object is there, on both sides; its bytes are on neither. */
    private void aBlobThatWasNeverWrittenHasNoBytesToCome() {
        primary.root().put("empty", new Blob());
        arrives();
        for (PersistentMapping each : List.of(primary.root(), root)) {
            assertThat(each.get("empty"))
                    .isInstanceOfSatisfying(
                            Blob.class, blob -> assertThat(blob.pythonClass()).hasToString("ZODB.blob.Blob"));
            assertThatThrownBy(() -> read(each, "empty"))
                    .isInstanceOf(PosKeyException.class)
                    .hasMessageContaining("No blob file");
        }
    }

    private void itHasThemWhenItIsWritten() throws IOException {
        Blob empty = blob(primary.root(), "empty");
        try (OutputStream out = empty.openStream(Blob.WriteMode.TRUNCATE)) {
            out.write("new data".getBytes(StandardCharsets.US_ASCII));
        }
        arrives();
        assertThat(read(root, "empty")).asString(StandardCharsets.US_ASCII).isEqualTo("new data");
    }

    /** The storages go with their databases, the connection with the secondary, and nobody tries to make another one. */
    private void closingTheDatabaseEndsItAll() {
        primary.close();
        logged(); // nothing since the secondary was connected
        database.close();
        reactor.run();
        logged("INFO " + data.name() + ": closing, no longer follows primary:8000", "INFO primary:8000: disconnected");
        assertThat(connection.isClosed()).isTrue();
        assertThat(reactor.later()).isEmpty();
        assertThat(reactor.clients()).isEmpty();
        assertThat(data.litter()).isEmpty();
    }

    /** Has the primary hold a new blob, not committed yet. */
    private void write(Object key, byte[] bytes) throws IOException {
        Blob blob = new Blob();
        try (OutputStream out = blob.openStream(Blob.WriteMode.TRUNCATE)) {
            out.write(bytes);
        }
        primary.root().put(key, blob);
    }

    private void arrives() {
        primary.commit();
        primary.sendNext(connection);
        reader.sync();
    }

    private static byte[] read(PersistentMapping root, Object key) throws IOException {
        try (InputStream in = blob(root, key).openStream()) {
            return in.readAllBytes();
        }
    }

    private static Blob blob(PersistentMapping root, Object key) {
        return (Blob) Objects.requireNonNull(root.get(key));
    }

    /** What the log says since it was last asked for. */
    private void logged(String... expected) {
        String logger = " " + Secondary.class.getName();
        assertThat(log.lines().stream().map(line -> line.replace(logger, "")).toList())
                .containsExactly(expected);
        log.clear();
    }
}
