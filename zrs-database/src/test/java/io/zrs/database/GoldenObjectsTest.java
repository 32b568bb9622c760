package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.blob.BlobStorage;
import io.zrs.golden.Golden;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code expected.json} says of the databases that Python made, read as an application reads it. */
@ParameterizedClass
@ValueSource(strings = {"py2-objects", "py3-objects"})
class GoldenObjectsTest {
    @Parameter
    @SuppressWarnings("NullAway.Init") // by JUnit
    private String dataSet;

    @TempDir
    private Path directory;

    private JsonNode expected;
    private Database database;
    private Connection connection;
    private PersistentMapping root;

    @BeforeEach
    void open() throws IOException {
        Golden.copy(dataSet, directory);
        expected = Golden.json(dataSet + "/expected.json");
        database = Database.open(
                BlobStorage.wrap(TestStorages.readOnly(directory.resolve("Data.fs")), directory.resolve("blobs")));
        connection = database.open();
        root = connection.root();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void knowsAllThatIsExpected() {
        List<String> names = new ArrayList<>();
        expected.fieldNames().forEachRemaining(names::add);
        assertThat(root.keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void readsScalars() {
        JsonNode scalars = expected.get("scalars");
        Map<Object, Object> found = map("scalars");
        assertThat(found).hasSize(scalars.size());
        scalars.properties()
                .forEach(each -> assertThat(found.get(each.getKey()))
                        .as(each.getKey())
                        .isEqualTo(scalar(each.getValue(), each.getKey())));
    }

    @Test
    void readsContainers() {
        Map<Object, Object> found = map("containers");
        assertThat(found.get("list")).isEqualTo(List.of(1L, "two", List.of(3L)));
        assertThat(found.get("tuple"))
                .isEqualTo(Tuple.of(1L, Tuple.of("two"), Tuple.of()))
                .isInstanceOf(Tuple.class);
        assertThat(found.get("dict")).isEqualTo(Map.of("a", Map.of("b", 1L)));
        assertThat(found.get("set")).isEqualTo(Set.of(1L, 2L, 3L)).isNotInstanceOf(FrozenSet.class);
        assertThat(found.get("frozenset")).isEqualTo(Set.of("x")).isInstanceOf(FrozenSet.class);
        List<?> shared = cast(found.get("shared"), List.class);
        assertThat(shared).hasSize(2);
        assertThat(shared.get(0)).isSameAs(shared.get(1)).isEqualTo(List.of(1L, 2L));
        List<?> recursive = cast(found.get("recursive"), List.class);
        assertThat(recursive.get(0)).isSameAs(recursive);
    }

    @Test
    void readsPersistentCollections() {
        List<?> list = cast(root.get("plist"), List.class);
        assertThat(list).isInstanceOf(PersistentList.class).hasSize(3);
        assertThat(list.subList(0, 2)).isEqualTo(List.of(1L, 2L));
        assertThat(list.get(2)).isInstanceOf(PersistentMapping.class).isEqualTo(Map.of("in", "list"));
        assertThat(root.get("pdict")).isEqualTo(Map.of("k", "v"));
        assertThat(cast(root.get("length"), Length.class).get()).isEqualTo(42);
    }

    @Test
    void readsTreesOfTextKeys() {
        NavigableMap<Object, Object> tree = tree("oob");
        assertThat(tree).hasSize(1000).containsEntry("key00999", 6993L);
        assertThat(tree.firstEntry()).isEqualTo(Map.entry("key00000", 0L));
        assertThat(tree.lastEntry()).isEqualTo(Map.entry("key00999", 6993L));
        assertThat(tree.values().stream().mapToLong(value -> (Long) value).sum())
                .isEqualTo(3_496_500);
        assertThat(tree("oob_small")).isEqualTo(Map.of("a", 1L, "b", 2L));
        assertThat(tree("oob_empty")).isEmpty();
        assertThat(tree("oobucket")).isEqualTo(Map.of("x", "y"));
        assertThat(tree("oob_persistent")).hasSize(100);
        assertThat(tree("oob_persistent").get("p042"))
                .isInstanceOf(PersistentMapping.class)
                .isEqualTo(Map.of("i", 42L));
        assertThat(tree("oib")).hasSize(1000).containsEntry("k-500", -500L);
    }

    @Test
    void readsTreesOfIntegerKeys() {
        assertThat(tree("iob")).hasSize(1000).containsEntry(-500L, "v-500").containsEntry(499L, "v499");
        assertThat(tree("iob").get(-500)).isEqualTo("v-500");
        assertThat(tree("iib")).hasSize(1000).containsEntry(-500L, 250_000L);
        assertThat(tree("llb")).hasSize(1000).containsEntry(4_286_377_361_408L, 499L);
        assertThat(tree("lob")).hasSize(1000).containsEntry(-4_294_967_296_000L, "v-500");
        assertThat(tree("iob").subMap(-2, true, 2, false).keySet()).containsExactly(-2L, -1L, 0L, 1L);
        assertThat(tree("iob").descendingKeySet().first()).isEqualTo(499L);
    }

    @Test
    void readsSets() {
        assertThat(set("ooset")).containsExactly("a", "b");
        assertThat(set("iiset")).containsExactly(1L, 2L, 3L);
        assertThat(set("iots")).hasSize(300);
        assertThat(set("oots")).hasSize(500).startsWith("e0000").endsWith("e0499");
        assertThat(set("llts")).hasSize(200);
        assertThat(set("llts").last()).isEqualTo(218_802_813_927_424L);
    }

    @Test
    void readsObjectsOfClassesThatNobodyHas() {
        PersistentObject person = cast(root.get("person"), PersistentObject.class);
        assertThat(person.pythonClass()).isEqualTo(PythonClass.of("app.models.Person"));
        assertThat(person.get("name")).isEqualTo("Ada");
        assertThat(person.get("born")).isEqualTo(1815L);
        assertThat(person.get("point")).asInstanceOf(type(PythonObject.class)).satisfies(point -> {
            assertThat(point.pythonClass()).isEqualTo(PythonClass.of("app.models.Point"));
            assertThat(point.get("x")).isEqualTo(1L);
            assertThat(point.get("y")).isEqualTo(2.5);
        });
        PersistentObject friend = cast(cast(person.get("friends"), List.class).get(0), PersistentObject.class);
        assertThat(friend.get("name")).isEqualTo("Charles");
        assertThat(cast(friend.get("friends"), List.class).get(0)).isSameAs(person);
        assertThat(cast(root.get("wref"), WeakRef.class).get()).containsSame(person);
    }

    @Test
    void readsDatesAndDecimals() {
        PersistentObject person = cast(root.get("person"), PersistentObject.class);
        assertThat(person.get("when")).isEqualTo(LocalDateTime.of(2007, 3, 21, 20, 32, 57, 250_000_000));
        assertThat(person.get("day")).isEqualTo(LocalDate.of(1815, 12, 10));
        assertThat(person.get("delta")).isEqualTo(Duration.ofDays(1).plusSeconds(2));
        assertThat(person.get("dec")).isEqualTo(new BigDecimal("1.10"));
    }

    @Test
    void readsOtherFormsOfState() {
        PersistentObject newArgs = cast(root.get("newargs"), PersistentObject.class);
        assertThat(newArgs.pythonClass()).isEqualTo(PythonClass.of("app.models.WithNewArgs"));
        assertThat(newArgs.arguments()).containsExactly(1L, "b");
        PersistentObject stated = cast(root.get("stated"), PersistentObject.class);
        assertThat(stated.pythonClass()).isEqualTo(PythonClass.of("app.models.Stated"));
        assertThat(stated.state()).isEqualTo(Tuple.of("tuple-state", 1L, List.of(2L)));
    }

    @Test
    void readsBlobs() throws IOException {
        Blob blob = cast(root.get("blob"), Blob.class);
        try (InputStream stream = blob.openStream()) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(expected.get("blob").asText());
        }
        assertThat(Files.size(blob.committed()))
                .isEqualTo(expected.get("blob").asText().length());
        Blob empty = cast(root.get("empty"), Blob.class);
        // Python has made a file of 0 bytes for the one that was never written.
        try (InputStream stream = empty.openStream()) {
            assertThat(stream.readAllBytes()).isEmpty();
        }
        Files.delete(empty.committed());
        assertThatThrownBy(() -> empty.open())
                .isInstanceOf(PosKeyException.class)
                .hasMessageContaining("No blob file");
    }

    @Test
    void readsHistory() {
        JsonNode hist = expected.get("hist");
        Oid oid = Oid.parse(hist.get("oid").asText());
        long n = 1;
        for (JsonNode tid : hist.get("tids_of_n_1_to_5")) {
            try (Connection then = database.at(Tid.parse(tid.asText()))) {
                assertThat(((PersistentMapping) then.get(oid)).get("n")).isEqualTo(n++);
            }
        }
        assertThat(n - 1).isEqualTo(hist.get("n").asLong());
        assertThat(map("hist")).containsEntry("n", hist.get("n_after_undo").asLong());
        assertThat(cast(root.get("hist"), PersistentMapping.class).oid()).contains(oid);
    }

    @Test
    void printsWithoutEnd() {
        assertThat(root.toString()).hasSizeBetween(100, 10_000);
        assertThat(map("hist")).hasToString("{'n': 4}");
    }

    @SuppressWarnings("unchecked")
    private Map<Object, Object> map(String name) {
        return cast(root.get(name), Map.class);
    }

    @SuppressWarnings("unchecked")
    private NavigableMap<Object, Object> tree(String name) {
        return cast(root.get(name), NavigableMap.class);
    }

    @SuppressWarnings("unchecked")
    private NavigableSet<Object> set(String name) {
        return cast(root.get(name), NavigableSet.class);
    }

    private static <T> T cast(@Nullable Object value, Class<T> type) {
        return type.cast(Objects.requireNonNull(value));
    }

    /** JSON says large integers and floating point numbers in text. */
    private static @Nullable Object scalar(JsonNode value, String name) {
        if (value.isNull()) {
            return null;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isObject()) {
            return Bytes.copyOf(HexFormat.of().parseHex(value.get("hex").asText()));
        }
        String text = value.asText();
        switch (name) {
            case "float", "inf", "ninf" -> {
                return Double.valueOf(text.replace("inf", "Infinity"));
            }
            case "ascii", "empty", "long", "text" -> {
                return text;
            }
            default -> {
                BigInteger number = new BigInteger(text);
                return number.bitLength() < Long.SIZE ? (Object) number.longValueExact() : number;
            }
        }
    }
}
