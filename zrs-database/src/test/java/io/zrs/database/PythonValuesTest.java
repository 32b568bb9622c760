package io.zrs.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that Python has pickled ({@code python3-values.txt}), in Java and back. */
class PythonValuesTest {
    @TempDir
    private Path directory;

    private Storage storage;
    private Database database;
    private Connection connection;

    @BeforeEach
    void open() {
        storage = TestStorages.writable(directory);
        database = Database.open(storage);
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"times", "numbers", "objects", "collections", "recursive", "slots", "none", "dict"})
    void writesWhatItReadAsItWas(String name) throws IOException {
        PersistentObject object = load(name);
        object.changed();
        assertThat(connection.commit()).contains(object.serial());
        byte[] written = storage.load(object.oid().orElseThrow()).data();
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(record(name)));
    }

    @Test
    void readsDatesAndTimes() throws IOException {
        PersistentObject times = load("times");
        assertThat(times.get("naive")).isEqualTo(LocalDateTime.of(2007, 3, 21, 20, 32, 57, 250_000_000));
        assertThat(times.get("utc")).isEqualTo(OffsetDateTime.parse("2020-01-02T03:04:05.000006Z"));
        assertThat(times.get("utc2")).isEqualTo(OffsetDateTime.parse("0001-01-01T00:00:00Z"));
        assertThat(times.get("plus")).isEqualTo(OffsetDateTime.parse("2020-01-02T03:04:05.000006+05:30"));
        assertThat(times.get("pytz")).isEqualTo(OffsetDateTime.parse("2021-01-02T00:00:00Z"));
        assertThat(times.get("day")).isEqualTo(LocalDate.of(9999, 12, 31));
        assertThat(times.get("clock")).isEqualTo(LocalTime.of(23, 59, 59, 999_999_000));
        assertThat(times.get("delta"))
                .isEqualTo(Duration.ofDays(-1).plusSeconds(5).plusNanos(7_000));
    }

    @Test
    void keepsTimesWhoseZoneJavaCannotTell() throws IOException {
        PersistentObject times = load("times");
        PythonObject berlin = times.get("berlin", PythonObject.class);
        assertThat(berlin.pythonClass()).isEqualTo(PythonClass.of("datetime.datetime"));
        assertThat(berlin.arguments().get(1)).hasToString("pytz._p('Europe/Berlin', 3600, 0, 'CET')");
        assertThat(times.get("named")).isInstanceOf(PythonObject.class);
        assertThat(times.get("tzclock")).isInstanceOf(PythonObject.class);
    }

    @Test
    void readsNumbersAndIdentifiers() throws IOException {
        PersistentObject numbers = load("numbers");
        assertThat(numbers.get("dec")).isEqualTo(new BigDecimal("1.10"));
        assertThat(numbers.get("exp")).isEqualTo(new BigDecimal("1E+3"));
        assertThat(numbers.get("tiny")).isEqualTo(new BigDecimal("-1E-9"));
        assertThat(numbers.get("zero")).isEqualTo(new BigDecimal("0.00"));
        assertThat(numbers.get("complex")).isEqualTo(new Complex(1, -2));
        assertThat(numbers.get("uuid")).isEqualTo(UUID.fromString("12345678-1234-5678-9234-567812345678"));
        assertThat(numbers.get("uuid2")).isEqualTo(new UUID(0, 7));
        for (String name : List.of("nan", "inf", "mzero", "fraction")) {
            assertThat(numbers.get(name)).as(name).isInstanceOf(PythonObject.class);
        }
        assertThat(numbers.get("inf")).hasToString("decimal.Decimal('-Infinity')");
        assertThat(numbers.get("nanf")).isEqualTo(Double.NaN);
    }

    @Test
    void readsObjectsOfUnknownClasses() throws IOException {
        PersistentObject objects = load("objects");
        PythonObject point = objects.get("point", PythonObject.class);
        assertThat(point.get("me")).isSameAs(point);
        assertThat((Set<?>) point.get("all", Set.class)).isEqualTo(Set.of(point));
        assertThat(point.attributes()).containsEntry("x", 1L).containsEntry("y", "two");
        assertThat(objects.get("slotted", PythonObject.class).attributes())
                .containsExactly(Map.entry("a", 1L), Map.entry("b", "two"));
        assertThat(objects.get("mixed", PythonObject.class).attributes())
                .containsExactly(Map.entry("c", "three"), Map.entry("a", 1L));
        PythonObject words = objects.get("words", PythonObject.class);
        assertThat(words.items()).containsExactly("a", "bc");
        assertThat(words.get("title")).isEqualTo("t1");
        PythonObject named = objects.get("named", PythonObject.class);
        assertThat(named.entries()).containsExactly(Map.entry("k1", 1L), Map.entry("k2", List.of(2L)));
        assertThat(objects.get("pair", PythonObject.class).arguments()).containsExactly(1L, "b");
        assertThat(objects.get("kind", PythonObject.class).arguments()).containsExactly("one", "two");
        assertThat(objects.get("cls")).isEqualTo(PythonClass.of("app.Point"));
        assertThat(objects.get("func")).isEqualTo(PythonClass.of("builtins.len"));
        Map<?, ?> colors = objects.get("colors", Map.class);
        assertThat(colors.get(objects.get("color"))).isEqualTo("red");
    }

    @Test
    void readsCollections() throws IOException {
        PersistentObject collections = load("collections");
        PythonObject ordered = collections.get("ordered", PythonObject.class);
        assertThat(ordered.pythonClass()).isEqualTo(PythonClass.of("collections.OrderedDict"));
        assertThat(ordered.entries()).containsExactly(Map.entry("one", 1L), Map.entry("two", 2L));
        PythonObject standard = collections.get("default", PythonObject.class);
        assertThat(standard.arguments()).containsExactly(PythonClass.of("builtins.list"));
        assertThat(standard.entries()).containsExactly(Map.entry("one", List.of(1L)));
        PythonObject deque = collections.get("deque", PythonObject.class);
        assertThat(deque.arguments()).containsExactly(List.of(), 5L);
        assertThat(deque.items()).containsExactly(1L, 2L);
        assertThat((Set<?>) collections.get("set", Set.class)).isEqualTo(Set.of(1L, "two"));
        assertThat((Set<?>) collections.get("empty", Set.class)).isEmpty();
        assertThat(collections.get("frozen", FrozenSet.class)).containsExactly(Tuple.of(1, "b"));
        assertThat(collections.get("bytearray", PythonObject.class).arguments())
                .containsExactly(Bytes.copyOf(new byte[] {'a', 'b', -1}));
    }

    @Test
    void readsKeysOfEveryImmutableKind() throws IOException {
        Map<?, ?> keys = load("collections").get("keys", Map.class);
        Map<Object, Object> expected = new LinkedHashMap<>();
        expected.put(1L, "int");
        expected.put("one", "str");
        expected.put(null, "none");
        expected.put(List.of(1L, List.of("two")), "tuple");
        expected.put(Set.of(3L), "frozen");
        expected.put(Bytes.utf8("by"), "bytes");
        expected.put(1.5, "float");
        expected.put(2L, "two");
        expected.put(LocalDate.of(2000, 1, 1), "date");
        assertThat(keys).isEqualTo(expected);
        assertThat(keys.get(Tuple.of(1, Tuple.of("two")))).isEqualTo("tuple");
    }

    @Test
    void readsWhatContainsItself() throws IOException {
        PersistentObject recursive = load("recursive");
        List<?> list = recursive.get("list", List.class);
        Tuple tuple = recursive.get("tuple", Tuple.class);
        assertThat(list.get(1)).isSameAs(tuple);
        assertThat(tuple.get(0)).isSameAs(list);
        Map<?, ?> dict = recursive.get("dict", Map.class);
        assertThat(dict.get("self")).isSameAs(dict);
        assertThat(dict.get("t")).isSameAs(tuple);
        assertThat(tuple).hasToString("([1, (...)], 'xx')");
        assertThat(recursive).hasToString("<app.Doc 0x01>");
    }

    @Test
    void readsSlotsAsAttributesAndChangesThem() throws IOException {
        PersistentObject object = load("slots");
        assertThat(object.attributes()).containsExactly(Map.entry("left", 1L), Map.entry("right", "rr"));
        object.set("left", 2);
        object.set("extra", List.of());
        object.remove("right");
        connection.commit();
        try (Connection other = database.open()) {
            PersistentObject seen = (PersistentObject) other.get(object.oid().orElseThrow());
            assertThat(seen.state()).isEqualTo(Tuple.of(Map.of("extra", List.of()), Map.of("left", 2L)));
        }
    }

    private PersistentObject load(String name) throws IOException {
        Oid oid = TestRecords.store(storage, new String(record(name), ISO_8859_1));
        connection.sync();
        return (PersistentObject) connection.get(oid);
    }

    private static byte[] record(String name) throws IOException {
        List<String> lines = new ArrayList<>(
                Resources.readLines(Resources.getResource(PythonValuesTest.class, "python3-values.txt"), US_ASCII));
        lines.removeIf(line -> !line.startsWith(name + " "));
        return HexFormat.of().parseHex(lines.get(0).substring(name.length() + 1));
    }
}
