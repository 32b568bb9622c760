package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.zrs.pickle.PickleLimits;
import io.zrs.storage.ConflictException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTest {
    /** Lists in lists; around them are two dictionaries, of the attributes and of the mapping. */
    private static final int DEPTH_MAX = PickleLimits.RECORD.depthMax() - 2;

    @TempDir
    private Path directory;

    private Database database;
    private Connection connection;
    private PersistentMapping root;

    @BeforeEach
    void open() {
        database = Database.open(TestStorages.writable(directory));
        connection = database.open();
        root = connection.root();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void survivesReopening() {
        PersistentMapping child = new PersistentMapping(Map.of("n", 1));
        PersistentList list = new PersistentList(List.of("a", child));
        root.put("child", child);
        root.put("list", list);
        root.put("length", new Length(42));
        root.put("nested", List.of(1, List.of("two", Map.of("three", 3.5))));
        Tid tid = connection
                .commit(TransactionMetadata.of("/ admin", "made by a test"))
                .orElseThrow();
        database.close();
        database = Database.open(TestStorages.writable(directory));
        assertThat(database.storage().lastTransaction()).isEqualTo(tid);
        PersistentMapping seen = database.open().root();
        assertThat(seen.get("child", PersistentMapping.class)).containsExactly(entry("n", 1L));
        assertThat(seen.get("list", PersistentList.class)).first().isEqualTo("a");
        assertThat(seen.get("list", PersistentList.class).get(1)).isSameAs(seen.get("child"));
        assertThat(seen.get("length", Length.class).get()).isEqualTo(42);
        assertThat(seen.get("nested")).isEqualTo(List.of(1L, List.of("two", Map.of("three", 3.5))));
        assertThat(lastMetadata()).isEqualTo(TransactionMetadata.of("/ admin", "made by a test"));
    }

    @Test
    void writesNothingIfNothingHasChanged() {
        Tid before = database.storage().lastTransaction();
        assertThat(root).isEmpty();
        assertThat(connection.commit()).isEmpty();
        root.put("x", 1);
        connection.abort();
        assertThat(connection.commit()).isEmpty();
        assertThat(database.storage().lastTransaction()).isEqualTo(before);
    }

    @Test
    void writesOnlyWhatHasChanged() {
        PersistentMapping a = new PersistentMapping();
        PersistentMapping b = new PersistentMapping();
        root.put("a", a);
        root.put("b", b);
        connection.commit();
        Tid first = a.serial();
        b.put("n", 1);
        Tid second = connection.commit().orElseThrow();
        assertThat(a.serial()).isEqualTo(first);
        assertThat(root.serial()).isEqualTo(first);
        assertThat(b.serial()).isEqualTo(second);
        assertThat(b.persistence().isChanged()).isFalse();
        assertThat(lastOids()).containsExactly(b.oid().orElseThrow());
    }

    @Test
    void numbersNewObjectsAsTheyAreFoundAndWritesTheLastFirst() {
        PersistentMapping a = new PersistentMapping();
        PersistentMapping b = new PersistentMapping();
        PersistentMapping inA = new PersistentMapping();
        root.put("a", a);
        root.put("b", b);
        a.put("in", inA);
        connection.commit();
        assertThat(List.of(a.oid(), b.oid(), inA.oid()))
                .containsExactly(Optional.of(new Oid(1)), Optional.of(new Oid(2)), Optional.of(new Oid(3)));
        assertThat(lastOids()).containsExactly(new Oid(0), new Oid(2), new Oid(1), new Oid(3));
    }

    @Test
    void writesGraphsOfNewObjectsThatReferToEachOther() {
        PersistentMapping a = new PersistentMapping();
        PersistentList b = new PersistentList();
        a.put("b", b);
        b.add(a);
        b.add(b);
        a.put("root", root);
        root.put("a", a);
        connection.commit();
        try (Connection other = database.open()) {
            PersistentMapping seenA = other.root().get("a", PersistentMapping.class);
            PersistentList seenB = seenA.get("b", PersistentList.class);
            assertThat(seenB.get(0)).isSameAs(seenA);
            assertThat(seenB.get(1)).isSameAs(seenB);
            assertThat(seenA.get("root")).isSameAs(other.root());
        }
        assertThat(lastOids()).hasSize(3);
    }

    @Test
    void writesObjectsOfTheApplication() {
        PythonClass person = new PythonClass("app.models", "Person");
        PersistentObject ada = new PersistentObject(person);
        PersistentObject charles = new PersistentObject(person);
        ada.set("name", "Ada");
        ada.set("friends", new PersistentList(List.of(charles)));
        charles.set("name", "Charles");
        charles.set("likes", WeakRef.to(ada));
        root.put("ada", ada);
        connection.commit();
        charles.set("name", "Babbage");
        assertThat(connection.commit()).contains(charles.serial());
        assertThat(lastOids()).containsExactly(charles.oid().orElseThrow());
        try (Connection other = database.open()) {
            PersistentObject seen = other.root().get("ada", PersistentObject.class);
            assertThat(seen.attributes()).containsEntry("name", "Ada").hasSize(2);
            PersistentList friends = (PersistentList) Objects.requireNonNull(seen.get("friends"));
            PersistentObject friend = (PersistentObject) Objects.requireNonNull(friends.get(0));
            assertThat(friend.get("name")).isEqualTo("Babbage");
            assertThat(((WeakRef) Objects.requireNonNull(friend.get("likes"))).get())
                    .containsSame(seen);
        }
    }

    @Test
    void writesRegisteredTypes() {
        record Person(PersistentObject stored) {}
        PythonTypes types =
                PythonTypes.standard().withPersistent("app.models.Person", Person.class, Person::new, Person::stored);
        try (Database typed = Database.open(
                        database.storage(), DatabaseOptions.standard().withTypes(types));
                Connection mine = typed.open();
                Connection other = typed.open()) {
            Person ada = new Person(new PersistentObject(new PythonClass("app.models", "Person")));
            ada.stored().set("name", "Ada");
            mine.root().put("ada", ada);
            mine.root().put("people", new PersistentList(List.of(ada)));
            mine.commit();
            assertThat(mine.root().get("ada")).isSameAs(ada);
            other.sync();
            Person seen = other.root().get("ada", Person.class);
            assertThat(seen.stored().get("name")).isEqualTo("Ada");
            assertThat(other.root().get("people", PersistentList.class).get(0)).isSameAs(seen);
        }
    }

    @Test
    void writesWhatWasAddedThoughNothingRefersToIt() {
        PersistentMapping lonely = new PersistentMapping(Map.of("n", 1));
        connection.add(lonely);
        connection.add(lonely);
        Oid oid = lonely.oid().orElseThrow();
        assertThat(connection.get(oid)).isSameAs(lonely);
        assertThat(lonely.serial()).isEqualTo(Tid.NONE);
        Tid tid = connection.commit().orElseThrow();
        assertThat(lonely.serial()).isEqualTo(tid);
        try (Connection other = database.open()) {
            assertThat((PersistentMapping) other.get(oid)).containsExactly(entry("n", 1L));
        }
    }

    @Test
    void abortBringsBackWhatIsCommittedAndLeavesNewObjectsNew() {
        root.put("kept", 1);
        connection.commit();
        PersistentMapping child = new PersistentMapping(Map.of("n", 1));
        root.put("child", child);
        root.remove("kept");
        connection.add(child);
        connection.abort();
        assertThat(root).containsExactly(entry("kept", 1L));
        assertThat(child.oid()).isEmpty();
        assertThat(child).containsExactly(entry("n", 1L));
        child.put("n", 2);
        root.put("child", child);
        connection.commit();
        try (Connection other = database.open()) {
            assertThat(other.root().get("child", PersistentMapping.class)).containsExactly(entry("n", 2L));
        }
    }

    @Test
    void refusesToOverwriteWhatSomebodyElseHasCommittedAndCanRetry() {
        PersistentMapping counter = new PersistentMapping(Map.of("n", 1));
        root.put("counter", counter);
        connection.commit();
        Connection other = database.open();
        PersistentMapping theirs = other.root().get("counter", PersistentMapping.class);
        theirs.put("n", 10);
        Tid committed = other.commit().orElseThrow();

        PersistentMapping fresh = new PersistentMapping(Map.of("fresh", true));
        counter.put("n", counter.get("n", Long.class) + 1);
        counter.put("fresh", fresh);
        assertThatThrownBy(connection::commit).isInstanceOfSatisfying(ConflictException.class, e -> {
            assertThat(e.oid()).isEqualTo(counter.oid().orElseThrow());
            assertThat(e.committed()).isEqualTo(committed);
        });
        assertThat(database.storage().lastTransaction()).isEqualTo(committed);
        assertThatThrownBy(connection::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::sync).isInstanceOf(IllegalStateException.class);

        connection.abort();
        assertThat(counter).containsExactly(entry("n", 10L));
        assertThat(fresh.oid()).isEmpty();
        counter.put("n", counter.get("n", Long.class) + 1);
        counter.put("fresh", fresh);
        connection.commit();
        other.sync();
        assertThat(theirs).containsEntry("n", 11L);
        assertThat(theirs.get("fresh", PersistentMapping.class)).containsEntry("fresh", true);
    }

    @Test
    void givesEachOfTwoWritersItsOwnOids() {
        Connection other = database.open();
        PersistentMapping mine = new PersistentMapping();
        PersistentMapping theirs = new PersistentMapping();
        connection.add(mine);
        other.add(theirs);
        other.commit();
        connection.commit();
        assertThat(mine.oid()).isNotEqualTo(theirs.oid());
    }

    @Test
    void refusesObjectsOfAnotherConnection() {
        Connection other = database.open();
        PersistentMapping child = new PersistentMapping();
        root.put("child", child);
        connection.commit();
        Tid last = database.storage().lastTransaction();
        other.root().put("theirs", child);
        assertThatThrownBy(other::commit)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another connection")
                .hasMessageContaining(child.oid().orElseThrow().toString());
        assertThat(database.storage().lastTransaction()).isEqualTo(last);
        other.abort();
        assertThatThrownBy(() -> other.add(child)).isInstanceOf(IllegalArgumentException.class);
        assertThat(other.commit()).isEmpty();
    }

    @Test
    void storesNothingIfSomethingCannotBeStored() {
        PersistentMapping child = new PersistentMapping();
        for (Object bad : List.of(new Thread(), Optional.of(1), List.of("fine", new Object()), nested(5_000))) {
            Tid last = database.storage().lastTransaction();
            root.put("child", child);
            root.put("good", 1);
            child.put("bad", bad);
            assertThatThrownBy(connection::commit)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stored");
            assertThat(database.storage().lastTransaction()).isEqualTo(last);
            connection.abort();
            assertThat(root).isEmpty();
            child.remove("bad");
        }
        root.put("child", child);
        assertThat(connection.commit()).isPresent();
    }

    @Test
    void storesListsAsDeepAsCanBeRead() {
        root.put("deep", nested(DEPTH_MAX));
        connection.commit();
        try (Connection other = database.open()) {
            Object each = other.root().get("deep");
            int depth = 0;
            for (; each instanceof List<?> list; depth++) {
                each = list.isEmpty() ? null : list.get(0);
            }
            assertThat(depth).isEqualTo(DEPTH_MAX);
        }
        root.put("deep", nested(DEPTH_MAX + 1));
        assertThatThrownBy(connection::commit).isInstanceOf(IllegalArgumentException.class);
        connection.abort();
        assertThat(root.get("deep")).isInstanceOf(List.class);
    }

    @Test
    void writesALongChainOfNewObjects() {
        PersistentMapping last = root;
        for (int i = 0; i < 20_000; i++) {
            PersistentMapping next = new PersistentMapping();
            last.put("next", next);
            last = next;
        }
        connection.commit();
        try (Connection other = database.open()) {
            int count = 0;
            for (Object each = other.root().get("next"); each != null; each = ((PersistentMapping) each).get("next")) {
                count++;
            }
            assertThat(count).isEqualTo(20_000);
        }
    }

    @Test
    void writesNothingToAFileThatIsOpenForReading() {
        root.put("a", 1);
        root.put("list", new PersistentList(List.of("x")));
        root.put("length", new Length(1));
        connection.commit();
        try (Database readOnly = Database.open(TestStorages.readOnly(directory.resolve("Data.fs")));
                Connection reader = readOnly.open()) {
            assertThat(reader.isReadOnly()).isTrue();
            PersistentMapping seen = reader.root();
            PersistentList list = seen.get("list", PersistentList.class);
            Length length = seen.get("length", Length.class);
            List<Runnable> changes = List.of(
                    () -> seen.put("b", 2),
                    () -> list.add("y"),
                    () -> length.change(1),
                    list::changed,
                    () -> reader.add(new PersistentMapping()));
            for (Runnable change : changes) {
                assertThatThrownBy(change::run).isInstanceOf(ReadOnlyException.class);
            }
            assertThat(seen).containsEntry("a", 1L).hasSize(3);
            assertThat(list).containsExactly("x");
            assertThat(length.get()).isEqualTo(1);
            assertThat(reader.commit()).isEmpty();
        }
    }

    private static List<Object> nested(int depth) {
        List<Object> outer = new ArrayList<>();
        for (int i = 1; i < depth; i++) {
            outer = new ArrayList<>(List.of(outer));
        }
        return outer;
    }

    private TransactionMetadata lastMetadata() {
        try (TransactionCursor cursor = newestFirst()) {
            return Objects.requireNonNull(cursor.next()).header().metadata();
        }
    }

    /** The objects that the last transaction wrote, in order. */
    private List<Oid> lastOids() {
        try (TransactionCursor cursor = newestFirst()) {
            LogTransaction last = Objects.requireNonNull(cursor.next());
            List<Oid> oids = new ArrayList<>();
            for (DataRecord record = last.nextRecord(); record != null; record = last.nextRecord()) {
                oids.add(record.oid());
            }
            return oids;
        }
    }

    private TransactionCursor newestFirst() {
        return database.storage()
                .capability(TransactionLog.class)
                .orElseThrow()
                .iterate(Tid.MAX, TransactionLog.Order.NEWEST_FIRST);
    }
}
