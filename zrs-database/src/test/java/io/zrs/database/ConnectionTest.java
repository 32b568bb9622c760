package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;

import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    @TempDir
    private Path directory;

    private Storage files;
    private Storage storage;
    private Database database;
    private Connection writer;

    @BeforeEach
    void open() {
        files = TestStorages.writable(directory);
        storage = TestStorages.watched(files);
        database = Database.open(storage);
        writer = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void seesOneMomentUntilItIsSynchronised() {
        PersistentMapping mine = writer.root();
        mine.put("a", 1);
        writer.commit();
        try (Connection reader = database.open()) {
            PersistentMapping root = reader.root();
            assertThat(root).containsExactlyEntriesOf(java.util.Map.of("a", 1L));
            mine.put("a", 2);
            Tid second = writer.commit().orElseThrow();
            mine.put("b", 3);
            Tid third = writer.commit().orElseThrow();
            assertThat(root.get("a")).isEqualTo(1L);
            reader.sync();
            assertThat(root).hasSize(2).containsEntry("a", 2L).containsEntry("b", 3L);
            assertThat(root.serial()).isEqualTo(third).isGreaterThan(second);
        }
    }

    @Test
    void seesOldRevisionsOfWhatIsLoadedLate() {
        PersistentMapping late = new PersistentMapping();
        writer.root().put("late", late);
        late.put("n", 1);
        writer.commit();
        try (Connection reader = database.open()) {
            late.put("n", 2);
            writer.commit();
            PersistentMapping seen = (PersistentMapping) reader.root().get("late");
            assertThat(seen).containsEntry("n", 1L);
        }
    }

    @Test
    void keepsItsMomentWhenACommitLandsInTheMiddleOfALoad() {
        PersistentMapping one = new PersistentMapping();
        PersistentMapping two = new PersistentMapping();
        writer.root().put("one", one);
        writer.root().put("two", two);
        one.put("n", 1);
        two.put("n", 1);
        writer.commit();
        Oid oid = one.oid().orElseThrow();
        try (Connection reader = database.open()) {
            PersistentMapping first = (PersistentMapping) reader.root().get("one");
            PersistentMapping second = (PersistentMapping) reader.root().get("two");
            doAnswer(call -> {
                        one.put("n", 2);
                        two.put("n", 2);
                        writer.commit();
                        return files.loadBefore(oid, call.getArgument(1));
                    })
                    .when(storage)
                    .loadBefore(eq(oid), any());
            assertThat(first).containsEntry("n", 1L);
            assertThat(second).containsEntry("n", 1L);
            reader.sync();
            assertThat(second).containsEntry("n", 2L);
        }
    }

    @Test
    void seesItsOwnChangesAndNobodyElseDoes() {
        try (Connection reader = database.open()) {
            writer.root().put("x", "y");
            assertThat(writer.root()).containsEntry("x", "y");
            reader.sync();
            assertThat(reader.root()).isEmpty();
            writer.abort();
            assertThat(writer.root()).isEmpty();
        }
    }

    @Test
    void refusesToMoveOnWithChanges() {
        writer.root().put("x", 1);
        assertThatThrownBy(writer::sync)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("neither committed nor aborted");
        assertThat(writer.root()).containsEntry("x", 1L);
    }

    @Test
    void hasOneObjectForAnOid() {
        PersistentMapping child = new PersistentMapping();
        writer.root().put("child", child);
        writer.commit();
        assertThat(writer.get(child.oid().orElseThrow())).isSameAs(child);
        try (Connection reader = database.open()) {
            Object seen = reader.root().get("child");
            assertThat(seen).isNotSameAs(child);
            assertThat(reader.get(child.oid().orElseThrow())).isSameAs(seen);
            assertThat(reader.get(Oid.ROOT)).isSameAs(reader.root());
        }
    }

    @Test
    void loadsAgainOnlyWhatHasChanged() {
        List<PersistentMapping> children = children(10);
        try (Connection reader = database.open()) {
            // The first move may have to drop all: a transaction may have been on its way when the database was opened.
            reader.root().values().forEach(child -> ((Persistent) child).serial());
            children.get(3).put("n", -1);
            writer.commit();
            clearInvocations(storage);
            reader.sync();
            reader.root().values().forEach(child -> ((Persistent) child).serial());
            assertThat(TestStorages.loads(storage))
                    .containsExactly(children.get(3).oid().orElseThrow());
        }
    }

    @Test
    void loadsAllAgainAfterMoreThanItCanKnow() {
        List<PersistentMapping> children = children(2);
        try (Connection reader = database.open()) {
            reader.root().values().forEach(child -> ((Persistent) child).serial());
            storeOften(children.get(1).oid().orElseThrow(), Invalidations.OIDS_MAX + 1);
            clearInvocations(storage);
            reader.sync();
            reader.root().values().forEach(child -> ((Persistent) child).serial());
            assertThat(TestStorages.loads(storage)).hasSize(3);
        }
    }

    @Test
    void keepsNoMoreStateThanItMay() {
        children(100);
        try (Database small = Database.open(storage, DatabaseOptions.standard().withCache(10, 1 << 20))) {
            Connection reader = small.open();
            List<Object> all = List.copyOf(reader.root().values());
            readAll(all);
            readAll(all.subList(92, 100));
            reader.sync();
            clearInvocations(storage);
            readAll(all.subList(92, 100));
            assertThat(TestStorages.loads(storage)).isEmpty();
            readAll(all.subList(0, 50));
            assertThat(TestStorages.loads(storage)).hasSize(50);
        }
    }

    @Test
    void keepsWhatIsUsedAgainAndAgain() {
        List<PersistentMapping> children = children(100);
        try (Database small = Database.open(storage, DatabaseOptions.standard().withCache(10, 1 << 20))) {
            Connection reader = small.at(storage.lastTransaction()); // drops state at any time
            List<PersistentMapping> all = children.stream()
                    .map(child -> (PersistentMapping) reader.get(child.oid().orElseThrow()))
                    .toList();
            clearInvocations(storage);
            all.forEach(each -> readAll(List.of(all.get(0), each)));
            assertThat(TestStorages.loads(storage))
                    .containsOnlyOnce(children.get(0).oid().orElseThrow())
                    .hasSizeGreaterThan(90);
        }
    }

    @Test
    void keepsWhatTheApplicationMayHaveChangedInside() {
        children(20);
        try (Database small = Database.open(storage, DatabaseOptions.standard().withCache(1, 1 << 20))) {
            Connection connection = small.open();
            PersistentMapping first = connection.root().get("child0", PersistentMapping.class);
            List<Object> list = new java.util.ArrayList<>();
            first.put("list", list);
            connection.commit();
            PersistentMapping again = connection.root().get("child0", PersistentMapping.class);
            @SuppressWarnings("unchecked")
            List<Object> inside = again.get("list", List.class);
            readAll(List.copyOf(connection.root().values())); // many more than the cache holds
            inside.add("kept");
            again.changed();
            connection.commit();
            assertThat(again.get("list")).isEqualTo(List.of("kept"));
        }
    }

    @Test
    void showsTheDatabaseAsItWas() {
        PersistentMapping root = writer.root();
        root.put("n", 1);
        Tid first = writer.commit().orElseThrow();
        root.put("n", 2);
        Tid second = writer.commit().orElseThrow();
        try (Connection then = database.at(first)) {
            assertThat(then.root()).containsEntry("n", 1L);
            then.sync();
            assertThat(then.root()).containsEntry("n", 1L);
        }
        try (Connection then = database.at(new Tid(second.value() - 1))) {
            assertThat(then.root()).containsEntry("n", 1L);
        }
        try (Connection then = database.at(second)) {
            assertThat(then.root()).containsEntry("n", 2L);
        }
        try (Connection then = database.at(first.toInstant())) {
            assertThat(then.root()).containsEntry("n", 1L);
        }
        try (Connection then = database.at(TickingClock.START)) {
            assertThat(then.root()).isEmpty();
        }
    }

    @Test
    void refusesTheFutureAndTheTimeBeforeTheRoot() {
        Tid last = storage.lastTransaction();
        assertThatThrownBy(() -> database.at(last.next()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lies in the future");
        assertThatThrownBy(() -> database.at(last.toInstant().plus(Duration.ofDays(1))))
                .isInstanceOf(IllegalArgumentException.class);
        try (Connection early = database.at(new Tid(last.value() - 1))) {
            assertThatThrownBy(early::root).isInstanceOf(PosKeyException.class);
        }
    }

    @Test
    void changesNothingOfThePast() {
        try (Connection then = database.at(storage.lastTransaction())) {
            assertThat(then.isReadOnly()).isTrue();
            PersistentMapping root = then.root();
            assertThatThrownBy(() -> root.put("x", 1)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> then.add(new PersistentMapping())).isInstanceOf(ReadOnlyException.class);
            assertThat(root).isEmpty();
            assertThat(then.commit()).isEmpty();
        }
    }

    @Test
    void tellsWhatIsMissing() {
        Oid missing = new Oid(0xbeef);
        assertThatThrownBy(() -> writer.get(missing))
                .isInstanceOf(PosKeyException.class)
                .hasMessageContaining("0xbeef");
        Oid packed = new Oid(0xcafe);
        doReturn(null).when(storage).loadBefore(eq(packed), any());
        assertThatThrownBy(() -> writer.get(packed))
                .isInstanceOf(ReadConflictException.class)
                .hasMessageContaining("0xcafe");
        try (Connection then = database.at(storage.lastTransaction())) {
            assertThatThrownBy(() -> then.get(packed)).isInstanceOf(PosKeyException.class);
        }
    }

    @Test
    void namesTheObjectThatCannotBeRead() {
        Oid noPickle = new Oid(100);
        Oid noState = new Oid(101);
        Oid noClass = new Oid(102);
        store(noPickle, "nonsense");
        store(noState, "cpersistent.mapping\nPersistentMapping\nq\1.");
        store(noClass, "(K\1K\2t.N.");
        writer.sync();
        for (Oid oid : List.of(noPickle, noState, noClass)) {
            assertThatThrownBy(() -> writer.get(oid))
                    .isInstanceOf(UnreadableObjectException.class)
                    .hasMessageContaining(oid.toString());
        }
        assertThat(writer.root()).isEmpty();
        assertThat(writer.commit()).isEmpty();
    }

    @Test
    void isOfNoUseAfterClosing() {
        PersistentMapping root = writer.root();
        PersistentMapping child = children(1).get(0);
        child.put("never", "committed");
        writer.close();
        writer.close();
        assertThatThrownBy(writer::sync).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> root.put("x", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(child::size).isInstanceOf(IllegalStateException.class);
        try (Connection reader = database.open()) {
            assertThat((PersistentMapping) reader.root().get("child0")).doesNotContainKey("never");
        }
    }

    /** New mappings {@code child0}… of the root, committed. */
    private List<PersistentMapping> children(int count) {
        List<PersistentMapping> children = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            PersistentMapping child = new PersistentMapping();
            child.put("n", i);
            writer.root().put("child" + i, child);
            children.add(child);
        }
        writer.commit();
        return children;
    }

    private static void readAll(List<Object> mappings) {
        mappings.forEach(each -> ((Persistent) each).serial());
    }

    private void store(Oid oid, String latin1) {
        try (StorageTransaction transaction = begin()) {
            transaction.store(
                    oid, Tid.NONE, ByteBuffer.wrap(latin1.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
            transaction.vote();
            transaction.finish();
        }
    }

    /** One transaction that stores an object as it is, {@code count} times. */
    private void storeOften(Oid oid, int count) {
        ObjectRevision current = storage.load(oid);
        try (StorageTransaction transaction = begin()) {
            for (int i = 0; i < count; i++) {
                transaction.store(oid, current.tid(), ByteBuffer.wrap(current.data()));
            }
            transaction.vote();
            transaction.finish();
        }
    }

    private StorageTransaction begin() {
        return storage.capability(WritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY);
    }
}
