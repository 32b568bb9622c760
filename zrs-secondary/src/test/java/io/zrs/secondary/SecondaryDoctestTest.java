package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.DatabaseOptions;
import io.zrs.database.EmptyStorageException;
import io.zrs.database.PersistentMapping;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a secondary without blobs, as somebody sees it who reads a database on it; after the original's {@code secondary.test}. */
@Timeout(60)
class SecondaryDoctestTest {
    private static final InetSocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8000);

    @TempDir
    private Path directory;

    private final FakeReactor reactor = new FakeReactor();
    private DataFile data;
    private PrimaryDatabase primary;
    private Secondary secondary;

    @BeforeEach
    void open() throws IOException {
        data = new DataFile(Files.createDirectory(directory.resolve("secondary")), DataFile.Blobs.NONE);
        Path site = Files.createDirectory(directory.resolve("primary"));
        primary = new PrimaryDatabase(new DataFile(site, DataFile.Blobs.NONE).open());
        secondary = start(settings -> settings);
    }

    @AfterEach
    void close() {
        secondary.close();
        primary.close();
    }

    @Test
    void showsWhatWasCommittedAndWhatWasUndone() {
        FakeConnection connection = accept(Tid.NONE);
        primary.sendNext(connection);
        Database database = Database.open(secondary);
        Connection reader = database.open();
        PersistentMapping root = reader.root();
        assertThat(root).hasToString("{}");

        Tid added = addMapping("x");
        primary.sendNext(connection);
        assertThat(root).hasToString("{}");
        reader.sync();
        assertThat(root).hasToString("{'x': {}}");
        PersistentMapping x = (PersistentMapping) Objects.requireNonNull(root.get("x"));
        Oid oid = x.oid().orElseThrow();

        primary.undo();
        primary.sendNext(connection);
        assertThat(root).hasToString("{'x': {}}");
        reader.sync();
        assertThat(root).hasToString("{}");
        assertThat(root.serial()).isEqualTo(secondary.lastTransaction());
        assertThatThrownBy(x::size).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(() -> database.open().get(oid)).isInstanceOf(PosKeyException.class);
        assertThat(database.at(added).root()).hasToString("{'x': {}}");
    }

    @Test
    void isOnlyToBeRead() {
        primary.sendNext(accept(Tid.NONE));
        Connection reader = Database.open(secondary).open();
        assertThat(reader.isReadOnly()).isTrue();
        assertThatThrownBy(() -> reader.root().put("x", "y"))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining(data.name());
        assertThat(reader.root()).hasToString("{}");
    }

    @Test
    void showsWhatItHasBeforeItIsConnectedAndSendsSignsOfLifeThen() {
        FakeConnection first = accept(Tid.NONE);
        primary.sendNext(first);
        assertThat(reactor.later()).isEqualTo(seconds(60)); // when the connection counts as a good one
        reactor.doLater();
        assertThat(reactor.later()).isEmpty(); // no sign of life unless it is asked for
        secondary.close();

        secondary = start(settings -> settings.withKeepAliveInterval(Duration.ofSeconds(45)));
        Connection reader = Database.open(secondary).open();
        assertThat(reader.root()).hasToString("{}");
        FakeConnection connection = accept(secondary.lastTransaction());
        assertThat(reactor.later()).containsExactlyInAnyOrderElementsOf(seconds(45, 60));
        reactor.doLater();
        assertThat(connection.read()).isEmpty();
        reactor.advance(Duration.ofSeconds(45));
        assertThat(connection.read()).isEmpty();
        assertThat(connection.read()).isNull();

        addMapping("x");
        primary.sendNext(connection);
        reader.sync();
        assertThat(reader.root()).hasToString("{'x': {}}");
        connection.fail();
        assertThat(reactor.later()).isEqualTo(seconds(30)); // the next attempt's time-out, and no sign of life
    }

    @Test
    void keepsTheOldDataWhenAConnectionFailsInATransactionAndGetsTheNewOneAfterwards() {
        FakeConnection first = accept(Tid.NONE);
        Tid created = primary.sendNext(first);
        Connection reader = Database.open(secondary).open();
        Tid added = addMapping("y");
        LogTransaction transaction = primary.next();
        DataRecord rootRecord = begin(transaction, first);
        first.fail();

        reader.sync();
        assertThat(reader.root()).hasToString("{}");
        assertThat(secondary.lastTransaction()).isEqualTo(created);
        assertThat(data.litter()).isEmpty();

        FakeConnection second = accept(created);
        second.send(new ReplicationMessage.Begin(transaction.header(), primary.dialect()));
        primary.send(rootRecord, second);
        primary.send(Objects.requireNonNull(transaction.nextRecord()), second);
        assertThat(transaction.nextRecord()).isNull();
        reader.sync();
        assertThat(reader.root()).hasToString("{}");
        second.send(new ReplicationMessage.Commit(second.digest()));
        reader.sync();
        assertThat(reader.root()).hasToString("{'y': {}}");
        assertThat(secondary.lastTransaction()).isEqualTo(added);
    }

    @Test
    void goesOnFromWhereItWasAfterConnectionsThatFailEndOrAreRejected() {
        FakeConnection connection = accept(Tid.NONE);
        Tid last = primary.sendNext(connection);
        Connection reader = Database.open(secondary).open();

        connection.fail();
        connection = accept(last); // tried again at once
        addMapping("a");
        last = primary.sendNext(connection);

        connection.close();
        reactor.reject();
        assertThat(reactor.clients()).isEmpty();
        assertThat(reactor.later()).hasSize(1);
        reactor.doLater();
        reactor.reject();
        reader.sync();
        assertThat(reader.root()).hasToString("{'a': {}}");
        reactor.doLater();
        connection = accept(last);
        addMapping("b");
        primary.sendNext(connection);
        reader.sync();
        assertThat(reader.root()).hasToString("{'a': {}, 'b': {}}");
    }

    @Test
    void closesWhileConnecting() {
        receiveFirst().close();
        assertThat(reactor.clients()).containsExactly(PRIMARY);
        closes();
    }

    @Test
    void closesWhileWaitingToConnect() {
        receiveFirst().fail();
        reactor.reject();
        assertThat(reactor.later()).hasSize(1);
        closes();
    }

    @Test
    void closesWhileConnected() {
        FakeConnection connection = receiveFirst();
        closes();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void closesInTheMiddleOfATransaction() {
        FakeConnection connection = receiveFirst();
        addMapping("x");
        begin(primary.next(), connection);
        closes();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void opensNoDatabaseBeforeTheFirstTransactionAndMakesNoRoot() {
        FakeConnection connection = accept(Tid.NONE);
        assertThatThrownBy(() -> Database.open(secondary))
                .isInstanceOf(EmptyStorageException.class)
                .hasMessageContainingAll(data.name(), "no root object", "first transaction");
        assertThatThrownBy(() -> Database.open(secondary, waiting(Duration.ofMillis(1))))
                .isInstanceOf(EmptyStorageException.class)
                .hasMessageContaining("1 ms");
        assertThat(secondary.lastTransaction()).isEqualTo(Tid.NONE);
        assertThat(secondary.objectCount()).isZero();

        begin(primary.next(), connection);
        assertThatThrownBy(() -> Database.open(secondary)).isInstanceOf(EmptyStorageException.class);
        connection.send(new ReplicationMessage.Commit(connection.digest()));
        assertThat(Database.open(secondary).open().root()).hasToString("{}");
    }

    @Test
    void opensADatabaseAsSoonAsTheFirstTransactionHasCome() throws Exception {
        FakeConnection connection = accept(Tid.NONE);
        CompletableFuture<Database> database = new CompletableFuture<>();
        Thread opening = openInThread(database);
        LogTransaction first = primary.next();
        DataRecord root = begin(first, connection);
        assertThat(root.oid()).isEqualTo(Oid.ROOT);
        assertThat(database).isNotDone();
        connection.send(new ReplicationMessage.Commit(connection.digest()));
        opening.join();
        assertThat(database.get(0, TimeUnit.SECONDS).open().root()).hasToString("{}");
    }

    @Test
    void stopsWaitingForTheFirstTransactionWhenItIsInterrupted() throws Exception {
        CompletableFuture<Database> database = new CompletableFuture<>();
        Thread opening = openInThread(database);
        opening.interrupt();
        opening.join();
        assertThatThrownBy(() -> database.get(0, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("interrupted");
        accept(Tid.NONE); // the secondary does not mind
    }

    /** A thread that opens a database, and waits already. */
    private Thread openInThread(CompletableFuture<Database> opened) {
        Thread thread = new Thread(() -> {
            try {
                opened.complete(Database.open(secondary, waiting(Duration.ofMinutes(1))));
            } catch (RuntimeException e) {
                opened.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return thread;
    }

    private Secondary start(UnaryOperator<SecondarySettings> change) {
        SecondarySettings settings = change.apply(SecondarySettings.standard(new Random(0)));
        return Secondary.start(data.open(), PRIMARY, reactor, reactor.executor(), settings);
    }

    private static List<Duration> seconds(long... values) {
        return Scene.seconds(values);
    }

    private static DatabaseOptions waiting(Duration duration) {
        return DatabaseOptions.standard().withRootWait(duration);
    }

    /** Closes the database; what had come stays, nothing else does, and nobody tries again. */
    private void closes() {
        Tid last = secondary.lastTransaction();
        Database.open(secondary).close();
        assertThat(reactor.later()).isEmpty();
        assertThat(reactor.clients()).isEmpty();
        assertThat(data.litter()).isEmpty();
        try (Storage reopened = data.open();
                Database database = Database.open(reopened)) {
            assertThat(reopened.lastTransaction()).isEqualTo(last);
            assertThat(database.open().root()).hasToString("{}");
        }
    }

    private FakeConnection receiveFirst() {
        FakeConnection connection = accept(Tid.NONE);
        primary.sendNext(connection);
        return connection;
    }

    /** Lets it connect; it says that {@code last} is what it has. */
    private FakeConnection accept(Tid last) {
        FakeConnection connection = reactor.accept();
        assertThat(connection.read()).asString(StandardCharsets.US_ASCII).isEqualTo("zrs2.0");
        assertThat(ByteBuffer.wrap(Objects.requireNonNull(connection.read())).getLong())
                .isEqualTo(last.value());
        return connection;
    }

    /** Sends the beginning of a transaction, up to its first record. */
    private DataRecord begin(LogTransaction transaction, FakeConnection connection) {
        connection.send(new ReplicationMessage.Begin(transaction.header(), primary.dialect()));
        DataRecord first = Objects.requireNonNull(transaction.nextRecord());
        primary.send(first, connection);
        return first;
    }

    private Tid addMapping(String key) {
        primary.root().put(key, new PersistentMapping());
        return primary.commit();
    }
}
