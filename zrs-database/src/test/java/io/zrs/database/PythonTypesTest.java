package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTypesTest {
    private static final PythonTypes TYPES = PythonTypes.standard()
            .withPersistent("app.Person", Person.class, Person::new, Person::object)
            .withValue("app.Point", Point.class, Point::read, Point::write)
            .withValue("app.Color", Color.class, Color::read, Color::write)
            .withAlias("app.Folder", "persistent.mapping.PersistentMapping");

    @TempDir
    private Path directory;

    private Storage storage;
    private Database database;
    private Connection connection;

    /** Keeps the object, and asks it. */
    private record Person(PersistentObject object) {
        private String name() {
            return object.get("name", String.class);
        }
    }

    private record Point(long x, long y) {
        private static Point read(PythonObject object) {
            return new Point(object.get("x", Long.class), object.get("y", Long.class));
        }

        private static PythonObject write(Point point) {
            return PythonObject.of(PythonClass.of("app.Point"))
                    .set("x", point.x)
                    .set("y", point.y);
        }
    }

    private enum Color {
        RED(1),
        GREEN(2);

        private final long number;

        Color(long number) {
            this.number = number;
        }

        private static Color read(PythonObject object) {
            return Long.valueOf(1).equals(object.arguments().get(0)) ? RED : GREEN;
        }

        private static PythonObject write(Color color) {
            return PythonObject.call(PythonClass.of("app.Color"), color.number);
        }
    }

    @BeforeEach
    void open() {
        storage = TestStorages.writable(directory);
        database = Database.open(storage, DatabaseOptions.standard().withTypes(TYPES));
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void showsOneJavaObjectForAPersistentObject() {
        Person ada = new Person(new PersistentObject(PythonClass.of("app.Person")));
        ada.object().set("name", "Ada");
        ada.object().set("friends", List.of(ada));
        connection.root().put("ada", ada);
        connection.commit();
        Connection other = database.open();
        Person seen = other.root().get("ada", Person.class);
        assertThat(seen.name()).isEqualTo("Ada");
        assertThat(seen.object().get("friends", List.class).get(0)).isSameAs(seen);
        assertThat(other.get(seen.object().oid().orElseThrow())).isSameAs(seen);
        assertThat(connection.root().get("ada")).isSameAs(ada);
    }

    @Test
    void loadsNothingToMakeAReference() {
        Oid oid = new Oid(0x99);
        TestRecords.store(
                storage,
                Oid.ROOT,
                storage.lastTransaction(),
                "cpersistent.mapping\nPersistentMapping\n.}U\4data}U\1p(U\10"
                        + "\0\0\0\0\0\0\0\u0099capp\nPerson\ntQss.");
        connection.sync();
        Person person = connection.root().get("p", Person.class);
        assertThat(person.object().oid()).contains(oid);
    }

    @Test
    void readsAndWritesValuesAndKeys() {
        connection.root().put("path", List.of(new Point(1, 2), new Point(3, 4)));
        connection.root().put("colors", Map.of(Color.RED, "red"));
        connection.root().put("set", Set.of(new Point(1, 2)));
        connection.commit();
        PersistentMapping seen = database.open().root();
        assertThat(seen.get("path")).isEqualTo(List.of(new Point(1, 2), new Point(3, 4)));
        assertThat(seen.get("colors")).isEqualTo(Map.of(Color.RED, "red"));
        assertThat(seen.get("set")).isEqualTo(Set.of(new Point(1, 2)));
    }

    @Test
    void refusesARegisteredValueThatHoldsItself() {
        TestRecords.store(
                storage,
                Oid.ROOT,
                storage.lastTransaction(),
                "cpersistent.mapping\nPersistentMapping\n." + "}U\4data}U\1pcapp\nPoint\n)\u0081q\1}U\1xh\1sbss.");
        connection.sync();
        assertThatThrownBy(() -> connection.root().get("p"))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("an object of app.Point holds itself");
    }

    @Test
    void keepsTheClassOfAnAlias() {
        Oid oid = TestRecords.store(storage, "capp\nFolder\n.}U\4data}U\1kI1\nss.");
        connection.sync();
        PersistentMapping folder = (PersistentMapping) connection.get(oid);
        assertThat(folder).containsEntry("k", 1L);
        folder.put("k", 2);
        Tid tid = connection.commit().orElseThrow();
        assertThat(folder.serial()).isEqualTo(tid);
        assertThat(((Persistent) database.open().get(oid)).pythonClass()).isEqualTo(PythonClass.of("app.Folder"));
    }

    @Test
    void refusesASecondTypeForAClassAndASecondClassForAType() {
        assertThatThrownBy(() -> TYPES.withAlias("app.Person", "BTrees.OOBTree.OOBTree"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("app.Person");
        assertThatThrownBy(() -> TYPES.withValue("app.Other", Point.class, Point::read, Point::write))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TYPES.withValue("datetime.date", Color.class, Color::read, Color::write))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TYPES.withAlias("ZODB.blob.Blob", "BTrees.OOBTree.OOBTree"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TYPES.withAlias("app.Other", "app.Person"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("app.Person");
    }

    @Test
    void refusesGenericObjectsOfClassesWithAJavaType() {
        assertThatThrownBy(() -> new PersistentObject(PythonClass.of("BTrees.OOBTree.OOBTree")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "persistent.mapping.PersistentMapping, PersistentMapping",
        "persistent.dict.PersistentDict, PersistentMapping",
        "PersistentMapping.PersistentMapping, PersistentMapping",
        "Persistence.mapping.PersistentMapping, PersistentMapping",
        "persistent.list.PersistentList, PersistentList",
        "BTrees.Length.Length, Length",
        "ZODB.blob.Blob, Blob",
        "BTrees.OOBTree.OOBTree, BTree",
        "BTrees._IOBTree.IOBucket, BTree",
        "BTrees.QOBTree.QOBTree, BTree",
        "BTrees.fsBTree.fsBucket, BTree",
        "BTree.Bucket, BTree",
        "IOBTree.IOBTree, BTree",
        "BTrees.LLBTree.LLTreeSet, BTreeSet",
        "BTrees.OOBTree.OOSet, BTreeSet",
        "app.models.Person, PersistentObject",
        "BTrees.OOBTree.Unknown, PersistentObject",
        "app.OOBTree.OOBTree, PersistentObject"
    })
    void knowsTheNamesThatClassesHaveHad(String pythonClass, String javaClass) {
        Persistent object = PythonTypes.standard().newPersistent(PythonClass.of(pythonClass));
        assertThat(object.getClass().getSimpleName()).isEqualTo(javaClass);
        assertThat(object.pythonClass()).hasToString(pythonClass);
    }
}
