package io.zrs.database;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Python has written in every form, as Java values; and these written again. */
class GoldenValuesTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void readsScalars(String set) {
        JsonNode expected = Golden.json(set + "/expected.json").get("scalars");
        try (Database database = open(set);
                Connection connection = database.open()) {
            Map<?, ?> scalars = child(PersistentMapping.class, connection.root(), "scalars");
            expected.properties()
                    .forEach(field -> assertThat(asJson(scalars.get(field.getKey())))
                            .as(field.getKey())
                            .isEqualTo(
                                    field.getValue().isNumber()
                                            ? field.getValue().asText()
                                            : plain(field.getValue())));
            assertThat(scalars).hasSize(expected.size());
            assertThat(scalars.get("k")).isEqualTo(300L);
            assertThat(scalars.get("i63")).isEqualTo(Long.MAX_VALUE);
            assertThat(scalars.get("big")).isInstanceOf(BigInteger.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void readsContainers(String set) {
        try (Database database = open(set);
                Connection connection = database.open()) {
            Map<?, ?> containers = child(PersistentMapping.class, connection.root(), "containers");
            assertThat(containers.get("dict")).isEqualTo(Map.of("a", Map.of("b", 1L)));
            assertThat(containers.get("list")).isEqualTo(List.of(1L, "two", List.of(3L)));
            assertThat(containers.get("tuple"))
                    .isInstanceOf(Tuple.class)
                    .isEqualTo(List.of(1L, Tuple.of("two"), Tuple.of()));
            assertThat(containers.get("set")).isEqualTo(Set.of(1L, 2L, 3L));
            assertThat(containers.get("frozenset"))
                    .isInstanceOf(FrozenSet.class)
                    .isEqualTo(Set.of("x"));
            List<?> shared = (List<?>) requireNonNull(containers.get("shared"));
            assertThat(shared.get(0)).isEqualTo(List.of(1L, 2L)).isSameAs(shared.get(1));
            List<?> recursive = (List<?>) requireNonNull(containers.get("recursive"));
            assertThat(recursive.get(0)).isSameAs(recursive);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void readsApplicationObjects(String set) {
        try (Database database = open(set);
                Connection connection = database.open()) {
            PersistentMapping root = connection.root();
            PersistentObject person = child(PersistentObject.class, root, "person");
            assertThat(person.pythonClass()).isEqualTo(PythonClass.of("app.models.Person"));
            assertThat(person.arguments()).isEmpty();
            assertThat(person.attributes())
                    .hasSize(8)
                    .containsEntry("name", "Ada")
                    .containsEntry("born", 1815L)
                    .containsEntry("when", LocalDateTime.parse("2007-03-21T20:32:57.25"))
                    .containsEntry("day", LocalDate.of(1815, 12, 10))
                    .containsEntry("delta", Duration.ofDays(1).plusSeconds(2))
                    .containsEntry("dec", new BigDecimal("1.10"));
            PersistentObject charles =
                    (PersistentObject) requireNonNull(((List<?>) requireNonNull(person.get("friends"))).get(0));
            assertThat(charles.get("name")).isEqualTo("Charles");
            assertThat(((List<?>) requireNonNull(charles.get("friends"))).get(0))
                    .isSameAs(person);
            PythonObject point = (PythonObject) requireNonNull(person.get("point"));
            assertThat(point.pythonClass()).isEqualTo(PythonClass.of("app.models.Point"));
            assertThat(point.arguments()).isEmpty();
            assertThat(point.attributes()).hasSize(2).containsEntry("x", 1L).containsEntry("y", 2.5);
            PersistentObject newArgs = child(PersistentObject.class, root, "newargs");
            assertThat(newArgs.pythonClass()).isEqualTo(PythonClass.of("app.models.WithNewArgs"));
            assertThat(newArgs.arguments()).containsExactly(1L, "b");
            PersistentObject stated = child(PersistentObject.class, root, "stated");
            assertThat(stated.state()).isEqualTo(List.of("tuple-state", 1L, List.of(2L)));
            assertThat(stated.attributes()).isEmpty();
            WeakRef weak = child(WeakRef.class, root, "wref");
            assertThat(weak.get()).containsSame(person);
            assertThat(weak.oid()).isEqualTo(person.oid());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void findsClassAndReferencesOfEveryRecord(String set) throws Exception {
        try (Database database = open(set);
                Connection connection = database.open()) {
            for (JsonNode record : Golden.json(set + "/records.json")) {
                List<String> references = new ArrayList<>();
                RecordReader records = new RecordReader();
                ObjectRecord read = records.read(data(record));
                Object state = new ValueReader(connection, records, read.metadata()).read(read.state());
                new ValueWriter(PickleForm.PYTHON3_STORED, PythonTypes.standard(), connection, target -> {
                            Oid oid = target.oid().orElseThrow();
                            references.add(oid.toHex());
                            return oid;
                        })
                        .write(state);
                assertThat(references)
                        .as(record.get("oid").asText())
                        .containsExactlyInAnyOrderElementsOf(texts(record.get("refs")));
                Persistent object =
                        (Persistent) connection.get(Oid.parse(record.get("oid").asText()));
                assertThat(object.pythonClass().toString()).isEqualTo(String.join(".", texts(record.get("class"))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py3-objects", "py3-doctest"})
    void writesEveryRecordAsItWas(String set) throws PickleException {
        try (Database database = open(set);
                Connection connection = database.open()) {
            List<Oid> oids = oids(database);
            assertThat(oids).hasSizeGreaterThan(6);
            for (Oid oid : oids) {
                Persistent object = (Persistent) connection.get(oid);
                if (object instanceof BTree || object instanceof BTreeSet) {
                    continue;
                }
                byte[] expected = database.storage().load(oid).data();
                assertThat(write(PickleForm.PYTHON3_STORED, connection, object))
                        .as("%s", object)
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py2-doctest"})
    void writesEveryRecordOfPython2WithItsValues(String set) throws Exception {
        try (Database database = open(set);
                Connection connection = database.open()) {
            RecordReader records = new RecordReader();
            for (Oid oid : oids(database)) {
                Persistent object = (Persistent) connection.get(oid);
                if (object instanceof BTree || object instanceof BTreeSet) {
                    continue;
                }
                ObjectRecord expected =
                        records.read(database.storage().load(oid).data());
                ObjectRecord written = records.read(write(PickleForm.PYTHON2_STORED, connection, object));
                assertThat(written.pythonClass()).isEqualTo(expected.pythonClass());
                assertThat(isSame(written.state(), expected.state(), new IdentityHashMap<>()))
                        .as("%s: %s", object, written)
                        .isTrue();
            }
        }
    }

    /** Equal, though {@code int} and {@code long} are one type in Java. */
    private static boolean isSame(PickleValue written, PickleValue expected, Map<PickleValue, PickleValue> seen) {
        if (seen.put(expected, written) != null) {
            return true;
        }
        if (expected.asLong().isPresent()) {
            return expected.asLong().equals(written.asLong());
        }
        if (expected.children().isEmpty()) {
            return expected.equals(written);
        }
        boolean same = expected.getClass().equals(written.getClass())
                && expected.children().size() == written.children().size();
        for (int i = 0; same && i < expected.children().size(); i++) {
            same = isSame(written.children().get(i), expected.children().get(i), seen);
        }
        return same;
    }

    private static byte[] write(PickleForm form, Connection connection, Persistent object) throws PickleException {
        Persistence persistence = object.persistence();
        persistence.read();
        ValueWriter values = new ValueWriter(
                form, PythonTypes.standard(), connection, target -> target.oid().orElseThrow());
        return new RecordWriter(form, PickleLimits.RECORD)
                .record(values.metadata(persistence), persistence.state().write(values));
    }

    private static List<Oid> oids(Database database) {
        List<Oid> oids = new ArrayList<>();
        for (long oid = 0; oid < 0x200; oid++) {
            try {
                database.storage().load(new Oid(oid));
                oids.add(new Oid(oid));
            } catch (PosKeyException e) {
                // no such object
            }
        }
        return oids;
    }

    private Database open(String set) {
        Golden.copy(set + "/Data.fs", directory.resolve("Data.fs"));
        Golden.copy(set + "/blobs", directory.resolve("blobs"));
        return Database.open(TestStorages.writable(directory));
    }

    private static byte[] data(JsonNode record) {
        return HexFormat.of().parseHex(record.get("data").asText());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static <T> T child(Class<T> type, PersistentMapping parent, String name) {
        return type.cast(requireNonNull(parent.get(name)));
    }

    /** As {@code expected.json} has it. */
    private static @Nullable Object asJson(@Nullable Object value) {
        if (value instanceof Bytes bytes) {
            return Map.of("hex", HexFormat.of().formatHex(bytes.toByteArray()));
        }
        return value instanceof Boolean || value == null
                ? value
                : value instanceof Double ? PythonRepr.of(value) : value.toString();
    }

    private static @Nullable Object plain(JsonNode json) {
        if (json.isObject()) {
            return Map.of("hex", json.get("hex").asText());
        }
        return json instanceof NullNode ? null : json.isBoolean() ? (Object) json.asBoolean() : json.asText();
    }
}
