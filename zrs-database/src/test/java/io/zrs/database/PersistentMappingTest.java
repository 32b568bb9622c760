package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.zrs.storage.Oid;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMappingTest {
    private static final String CLASS = "cpersistent.mapping\nPersistentMapping\nq\1.";

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
    void keepsTheOrderInWhichKeysCame() {
        List<Object> keys = List.of("z", 3L, "a", 1.5, true, Long.MIN_VALUE);
        keys.forEach(key -> root.put(key, key.toString()));
        connection.commit();
        try (Connection other = database.open()) {
            assertThat(other.root().keySet()).containsExactlyElementsOf(keys);
            assertThat(other.root()).isEqualTo(root).hasSameHashCodeAs(root);
        }
    }

    @Test
    void hasOneTypeOfIntegerAndOneOfFloat() {
        root.put(0, 1);
        root.put((short) 2, (byte) 3);
        root.put(0.5f, 2.5f);
        assertThat(root).containsExactly(entry(0L, 1L), entry(2L, 3L), entry(0.5, 2.5));
        assertThat(root.get(0)).isEqualTo(1L);
        assertThat(root.get(0L)).isEqualTo(1L);
        assertThat(root.getOrDefault((byte) 2, "absent")).isEqualTo(3L);
        assertThat(root.containsKey(0.5f)).isTrue();
        assertThat(root.containsValue(1)).isTrue();
        assertThat(root.containsValue(7)).isFalse();
        assertThat(root.keySet().contains(0)).isTrue();
        assertThat(root.put(0, 4)).isEqualTo(1L);
        assertThat(root.remove(0)).isEqualTo(4L);
        assertThat(root.keySet().remove(2)).isTrue();
        assertThat(root.keySet().remove(2)).isFalse();
        assertThat(new PersistentMapping(Map.of(1, 2))).containsExactly(entry(1L, 2L));
    }

    @Test
    void mayHoldNone() {
        root.put("none", null);
        root.put(null, "none");
        connection.commit();
        try (Connection other = database.open()) {
            PersistentMapping seen = other.root();
            assertThat(seen).hasSize(2).containsEntry("none", null).containsEntry(null, "none");
            assertThat(seen.containsKey("none")).isTrue();
            assertThat(seen.containsValue(null)).isTrue();
            assertThat(seen.remove("none")).isNull();
            assertThat(seen).hasSize(1);
        }
    }

    @Test
    void printsAsPythonDoes() {
        assertThat(root).hasToString("{}");
        root.put("x", new PersistentMapping());
        root.put(1, new Blob());
        root.put("self", root);
        assertThat(root).hasToString("{'x': {}, 1: <ZODB.blob.Blob, new>, 'self': {...}}");
    }

    @Test
    void isWrittenOnlyIfItWasChanged() {
        root.put("a", 1);
        connection.commit();
        root.put("empty", new PersistentMapping());
        connection.commit();
        root.get("empty", PersistentMapping.class).clear();
        assertThat(root.remove("absent")).isNull();
        assertThat(root.keySet().removeAll(Set.of("absent"))).isFalse();
        assertThat(root.get("a")).isEqualTo(1L);
        assertThat(root.entrySet().iterator().next().getValue()).isEqualTo(1L);
        assertThat(root.persistence().isChanged()).isFalse();
        assertThat(connection.commit()).isEmpty();
    }

    @Test
    void isWrittenAfterChangesByItsViews() {
        for (int i = 0; i < 6; i++) {
            root.put("k" + i, i);
        }
        connection.commit();
        root.entrySet().iterator().next().setValue("set");
        assertCommitted();
        Iterator<Object> keys = root.keySet().iterator();
        keys.next();
        keys.remove();
        assertCommitted();
        root.values().remove(1L);
        assertCommitted();
        root.entrySet().removeIf(each -> each.getKey().equals("k2"));
        assertCommitted();
        root.keySet().retainAll(Set.of("k3", "k4"));
        assertCommitted();
        assertThat(root).containsExactly(entry("k3", 3L), entry("k4", 4L));
        root.keySet().remove("k3");
        assertCommitted();
        root.replaceAll((key, value) -> "replaced");
        assertCommitted();
        root.entrySet().clear();
        assertCommitted();
        assertThat(root).isEmpty();
    }

    @Test
    void hasIteratorsLikeAnyMap() {
        root.putAll(new LinkedHashMap<>(Map.of("a", 1)));
        Iterator<Map.Entry<Object, Object>> entries = root.entrySet().iterator();
        assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
        Map.Entry<Object, Object> only = entries.next();
        assertThat(only.setValue(2)).isEqualTo(1L);
        assertThat(only.getValue()).isEqualTo(2L);
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
        entries.remove();
        assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
        only.setValue(3);
        assertThat(root).isEmpty();
    }

    @Test
    void iteratesOverWhatItBeganWithThoughTheStateIsDropped() {
        for (int i = 0; i < 3; i++) {
            root.put("k" + i, i);
        }
        connection.commit();
        try (Connection other = database.open()) {
            PersistentMapping seen = other.root();
            Iterator<Map.Entry<Object, Object>> entries = seen.entrySet().iterator();
            assertThat(entries.next().getKey()).isEqualTo("k0");
            root.remove("k1");
            root.put("k3", 3);
            connection.commit();
            other.sync();
            assertThat(entries.next().getKey()).isEqualTo("k1");
            entries.remove(); // is not there any more
            Map.Entry<Object, Object> third = entries.next();
            third.setValue("set");
            entries.remove();
            assertThat(entries.hasNext()).isFalse();
            assertThat(seen).containsExactly(entry("k0", 0L), entry("k3", 3L));
            other.commit();
        }
        connection.sync();
        assertThat(root).containsExactly(entry("k0", 0L), entry("k3", 3L));
    }

    @Test
    void setsByAnOldEntryOnlyWhatIsStillThere() {
        root.put("a", 1);
        root.put("b", 2);
        connection.commit();
        Iterator<Map.Entry<Object, Object>> entries = root.entrySet().iterator();
        Map.Entry<Object, Object> a = entries.next();
        Map.Entry<Object, Object> b = entries.next();
        root.remove("a");
        connection.abort();
        a.setValue("again");
        root.remove("b");
        b.setValue("gone");
        assertThat(root).containsExactly(entry("a", "again"));
    }

    @Test
    void outlivesEvictionWhileItIsReadOnly() {
        for (int i = 0; i < 20; i++) {
            root.put("child" + i, new PersistentMapping(Map.of("n", i)));
        }
        Tid tid = connection.commit().orElseThrow();
        try (Database small =
                Database.open(database.storage(), DatabaseOptions.standard().withCache(1, 1 << 20))) {
            Connection then = small.at(tid);
            long sum = 0;
            for (Object child : then.root().values()) {
                sum += ((PersistentMapping) child).get("n", Long.class);
            }
            assertThat(sum).isEqualTo(190);
        }
    }

    @Test
    void refusesToChangeThePast() {
        root.put("a", 1);
        Tid tid = connection.commit().orElseThrow();
        try (Connection then = database.at(tid)) {
            PersistentMapping seen = then.root();
            Iterator<Map.Entry<Object, Object>> entries = seen.entrySet().iterator();
            Map.Entry<Object, Object> only = entries.next();
            List<Runnable> changes = List.of(
                    () -> seen.put("b", 2),
                    () -> seen.remove("a"),
                    seen::clear,
                    seen::changed,
                    entries::remove,
                    () -> only.setValue(2),
                    () -> seen.keySet().remove("a"),
                    () -> seen.values().clear());
            for (Runnable change : changes) {
                assertThatThrownBy(change::run).isInstanceOf(ReadOnlyException.class);
                assertThat(seen).containsExactly(entry("a", 1L));
            }
            assertThat(seen.remove("absent")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpersistent.mapping\nPersistentMapping\nq\1.", // as it is called today
                "cpersistent.dict\nPersistentDict\nq\1.",
                "cPersistence\nPersistentMapping\nq\1.",
                "(cpersistent.mapping\nPersistentMapping\nNt." // as ZODB 3 wrote the root
            })
    void keepsItsClass(String metadata) {
        Oid oid = TestRecords.store(database.storage(), metadata + "}U\4data}s.");
        connection.sync();
        PersistentMapping mapping = (PersistentMapping) connection.get(oid);
        PythonClass before = mapping.pythonClass();
        mapping.put("k", "v");
        connection.commit();
        try (Connection other = database.open()) {
            PersistentMapping seen = (PersistentMapping) other.get(oid);
            assertThat(seen.pythonClass()).isEqualTo(before);
            assertThat(metadata).contains(before.module() + "\n" + before.name());
            assertThat(seen).containsExactly(entry("k", "v"));
        }
    }

    @Test
    void keepsOtherAttributes() {
        Oid oid = TestRecords.store(
                database.storage(), CLASS + "}(U\6before](K\1K\2eU\4data}U\1kU\1vsU\10__name__X\5\0\0\0plainu.");
        connection.sync();
        PersistentMapping mapping = (PersistentMapping) connection.get(oid);
        assertThat(mapping).containsExactly(entry("k", "v"));
        mapping.put("k", "w");
        connection.commit();
        String state = TestRecords.state(database.storage().load(oid).data()).toString();
        assertThat(state).contains("'before'", "PickleList(1, 2)", "'__name__'", "'plain'", "'w'");
        assertThat(state.indexOf("before")).isLessThan(state.indexOf("data"));
    }

    @Test
    void readsTheAttributeOfVeryOldRecordsAndWritesTheNewOne() {
        Oid oid = TestRecords.store(database.storage(), CLASS + "}U\n_container}U\1kU\1vss.");
        connection.sync();
        PersistentMapping mapping = (PersistentMapping) connection.get(oid);
        assertThat(mapping).containsExactly(entry("k", "v"));
        assertThat(mapping.persistence().isChanged()).isFalse();
        mapping.put("k", "w");
        connection.commit();
        String state = TestRecords.state(database.storage().load(oid).data()).toString();
        assertThat(state).contains("data").doesNotContain("_container");
    }

    @ParameterizedTest
    @ValueSource(strings = {"N.", "K\1.", "}.", "}U\4data]s.", "}U\4dataNs.", "(}}t."})
    void refusesAStateThatIsNone(String state) {
        Oid oid = TestRecords.store(database.storage(), CLASS + state);
        connection.sync();
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining(oid.toString())
                .hasMessageContaining("its state");
    }

    @ParameterizedTest(name = "zrs.seed={0}")
    @MethodSource("seeds")
    void isAnOrdinaryMap(long seed) {
        Random random = new Random(seed);
        Map<Object, Object> committed = new LinkedHashMap<>();
        Map<Object, Object> model = new LinkedHashMap<>();
        for (int step = 0; step < 400; step++) {
            Object key = "k" + random.nextInt(12);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> assertThat(root.put(key, step)).isEqualTo(model.put(key, (long) step));
                case 3 -> assertThat(root.remove(key)).isEqualTo(model.remove(key));
                case 4 ->
                    assertThat(root.keySet().removeIf(each -> each.hashCode() % 5 == 0))
                            .isEqualTo(model.keySet().removeIf(each -> each.hashCode() % 5 == 0));
                case 5 -> assertThat(root.merge(key, 1L, (a, b) -> "m")).isEqualTo(model.merge(key, 1L, (a, b) -> "m"));
                case 6 -> assertThat(root.get(key)).isEqualTo(model.get(key));
                case 7 -> {
                    connection.commit();
                    committed = new LinkedHashMap<>(model);
                }
                default -> {
                    connection.abort();
                    model = new LinkedHashMap<>(committed);
                }
            }
            assertThat(new ArrayList<>(root.entrySet())).isEqualTo(new ArrayList<>(model.entrySet()));
        }
        connection.commit();
        try (Connection other = database.open()) {
            assertThat(new HashMap<>(other.root())).isEqualTo(model);
        }
    }

    static Stream<Long> seeds() {
        return TestRecords.seeds(10);
    }

    private void assertCommitted() {
        assertThat(root.persistence().isChanged()).isTrue();
        assertThat(connection.commit()).isPresent();
        try (Connection other = database.open()) {
            assertThat(other.root()).isEqualTo(root);
        }
    }
}
