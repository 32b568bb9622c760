package io.zrs.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.CrossDatabaseReference.Strength;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java values on their way into the database and back. */
class ValueWriterTest {
    @TempDir
    private Path directory;

    private Storage storage;
    private Database database;
    private Connection connection;
    private PersistentObject object;

    @BeforeEach
    void open() {
        open(TestStorages.writable(directory));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void bringsBackValuesOfEveryType() {
        List<Object> values = List.of(
                true,
                7L,
                Long.MIN_VALUE,
                BigInteger.TWO.pow(100).negate(),
                1.5,
                Double.NaN,
                "caf\u00e9 \u2603",
                "",
                Bytes.copyOf(new byte[] {0, -1}),
                Tuple.of(1L, Tuple.of(), "x"),
                List.of(List.of(), Map.of("k", List.of(1L))),
                Set.of("one"),
                FrozenSet.copyOf(List.of(1L)),
                new Complex(-0.0, 2),
                new BigDecimal("12.500"),
                new UUID(-1, 1),
                LocalDateTime.parse("2020-02-29T23:59:59.000001"),
                OffsetDateTime.parse("2020-02-29T00:00:00-03:30"),
                LocalDate.of(1, 1, 1),
                LocalTime.of(12, 0),
                Duration.ofDays(-3).plusMillis(1),
                PythonClass.of("app.models.Person"),
                new CrossDatabaseReference("other", new Oid(7), PythonClass.of("app.Doc"), Strength.STRONG),
                new CrossDatabaseReference("other", new Oid(7), null, Strength.STRONG),
                new CrossDatabaseReference("other", new Oid(7), null, Strength.WEAK));
        object.set("values", new ArrayList<>(values));
        object.set("none", null);
        PersistentObject seen = committed();
        assertThat((List<?>) seen.get("values", List.class)).isEqualTo(values);
        assertThat(seen.attributes()).containsEntry("none", null);
        for (int i = 0; i < values.size(); i++) {
            Object back = Objects.requireNonNull(seen.get("values", List.class).get(i));
            if (!(values.get(i) instanceof List) && !(values.get(i) instanceof Set)) {
                assertThat(back.getClass()).isEqualTo(values.get(i).getClass());
            }
        }
    }

    @Test
    void takesMoreTypesThanItGives() {
        object.set("value", 5);
        assertThat(object.get("value")).isEqualTo(5L);
        object.set("list", Arrays.asList((byte) 1, (short) 2, 3, 4f, null));
        object.set("bytes", new byte[] {1});
        object.set("map", new TreeMap<>(Map.of("b", 2, "a", 1)));
        object.set("instant", Instant.parse("2020-01-01T00:00:00Z"));
        object.set("small", BigInteger.TEN);
        PersistentObject seen = committed();
        assertThat(seen.attributes())
                .containsEntry("value", 5L)
                .containsEntry("list", Arrays.asList(1L, 2L, 3L, 4.0, null))
                .containsEntry("bytes", Bytes.copyOf(new byte[] {1}))
                .containsEntry("map", Map.of("a", 1L, "b", 2L))
                .containsEntry("instant", OffsetDateTime.parse("2020-01-01T00:00:00Z"))
                .containsEntry("small", 10L);
    }

    @Test
    void keepsWhatIsSharedAndWhatContainsItself() {
        List<Object> list = new ArrayList<>();
        list.add(Tuple.of(list));
        PythonObject point = PythonObject.of(PythonClass.of("app.Point"));
        point.set("self", point).set("all", new HashMap<>(Map.of(point, 1)));
        object.set("list", list);
        object.set("again", list);
        object.set("point", point);
        PersistentObject seen = committed();
        List<?> back = seen.get("list", List.class);
        assertThat(((Tuple) Objects.requireNonNull(back.get(0))).get(0)).isSameAs(back);
        assertThat(seen.get("again")).isSameAs(back);
        PythonObject seenPoint = seen.get("point", PythonObject.class);
        assertThat(seenPoint.get("self")).isSameAs(seenPoint);
        assertThat(seenPoint.get("all", Map.class).keySet().iterator().next()).isSameAs(seenPoint);
    }

    @Test
    void makesObjectsOfClassesThatOnlyPythonKnows() {
        PythonObject deque = PythonObject.call(PythonClass.of("collections.deque"), Tuple.of(), 5);
        deque.items().add(1);
        PythonObject ordered = PythonObject.call(PythonClass.of("collections.OrderedDict"));
        ordered.entries().put("k", 1);
        PythonObject pair = PythonObject.of(PythonClass.of("app.Pair"), 1, "b");
        object.set("deque", deque);
        object.set("ordered", ordered);
        object.set("pair", pair);
        PersistentObject seen = committed();
        assertThat(seen.get("deque")).hasToString("<collections.deque((), 5) [1]>");
        assertThat(seen.get("ordered")).hasToString("<collections.OrderedDict {'k': 1}>");
        assertThat(seen.get("pair")).hasToString("app.Pair(1, 'b')");
    }

    @Test
    void refersToObjectsWithArgumentsWithoutTheirClass() {
        PersistentObject made = new PersistentObject(PythonClass.of("app.WithNewArgs"), List.of(1, "bee"));
        made.set("b", "bee");
        object.set("made", made);
        object.set("weak", WeakRef.to(made));
        PersistentObject seen = committed();
        PersistentObject back = seen.get("made", PersistentObject.class);
        assertThat(back.arguments()).containsExactly(1L, "bee");
        assertThat(seen.get("weak", WeakRef.class).get()).containsSame(back);
        String record = new String(data(object), ISO_8859_1);
        assertThat(record).doesNotContain("WithNewArgs");
        object.set("more", 1);
        connection.commit();
        assertThat(new String(data(object), ISO_8859_1)).doesNotContain("WithNewArgs");
        String written = new String(data(made), ISO_8859_1);
        assertThat(written.indexOf("bee")).isEqualTo(written.lastIndexOf("bee"));
    }

    @Test
    void rewritesTheReferenceToWhatWasNeverLoadedAsItWas() {
        PersistentObject made = new PersistentObject(PythonClass.of("app.WithNewArgs"), List.of(1));
        object.set("made", made);
        connection.commit();
        try (Connection other = database.open()) {
            PersistentObject mine = (PersistentObject) other.get(object.oid().orElseThrow());
            byte[] before = data(mine);
            mine.changed();
            other.commit();
            assertThat(data(mine)).isEqualTo(before);
        }
    }

    @Test
    void saysWhatCannotBeStoredAndWhere() {
        object.set("when", List.of(0, Map.of("k", new StringBuilder())));
        assertThatThrownBy(() -> connection.commit())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot be stored: <app.Doc " + object.oid().orElseThrow()
                        + ">['when'][1]['k']: there is no Python value for a java.lang.StringBuilder");
        connection.abort();
        assertThat(connection.commit()).isEmpty();
    }

    @Test
    void refusesTimesThatPythonDoesNotHave() {
        for (Object value : List.of(
                LocalTime.of(0, 0, 0, 1),
                LocalDate.of(10_000, 1, 1),
                LocalDate.of(0, 12, 31),
                Duration.ofDays(1_000_000_000),
                Instant.MAX)) {
            object.set("value", value);
            assertThatThrownBy(() -> connection.commit())
                    .as("%s", value)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("['value']");
            connection.abort();
        }
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            list = new ArrayList<>(List.of(list));
        }
        object.setState(list);
        assertThatThrownBy(() -> connection.commit())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested deeper than 1000");
    }

    @Test
    void refusesWeakReferencesOutOfOtherConnections() {
        object.set("weak", WeakRef.to(object));
        connection.commit();
        try (Connection other = database.open()) {
            PersistentObject theirs = (PersistentObject) other.get(object.oid().orElseThrow());
            object.set("weak", theirs.get("weak"));
            assertThatThrownBy(() -> connection.commit())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another connection");
        }
    }

    @Test
    void writesTextOfPython2AsItWas() {
        database.close();
        Golden.copy("py2-objects/Data.fs", directory.resolve("2.fs"));
        open(FileStorage.open(directory.resolve("2.fs"), FileStorageOptions.of(new TickingClock())));
        String unicode =
                connection.root().get("scalars", PersistentMapping.class).get("empty", String.class);
        object.set("unicode", unicode);
        object.set("str", "plain");
        object.set("wide", "\u2603");
        connection.commit();
        PickleValue state = TestRecords.state(data(object));
        assertThat(state).hasToString("PickleDict('unicode', u'', 'str', 'plain', 'wide', u'\u2603')");
    }

    @Test
    void refusesTimeZonesOfWhichPython2HasNoClass() {
        database.close();
        Golden.copy("py2-objects/Data.fs", directory.resolve("2.fs"));
        open(FileStorage.open(directory.resolve("2.fs"), FileStorageOptions.of(new TickingClock())));
        object.set("time", Instant.EPOCH);
        assertThatThrownBy(() -> connection.commit())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Python 2");
    }

    private void open(Storage newStorage) {
        storage = newStorage;
        database = Database.open(storage);
        connection = database.open();
        object = new PersistentObject(PythonClass.of("app.Doc"));
        connection.add(object);
        connection.commit();
    }

    /** The object as another connection sees it after a commit. */
    private PersistentObject committed() {
        connection.commit();
        return (PersistentObject) database.open().get(object.oid().orElseThrow());
    }

    private byte[] data(@Nullable PersistentObject of) {
        return storage.load(Objects.requireNonNull(of).oid().orElseThrow()).data();
    }
}
