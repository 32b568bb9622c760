package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;

import com.google.common.collect.Lists;
import io.zrs.database.TestTrees.Shape;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BTreeTest {
    @TempDir
    private Path directory;

    private Storage files;
    private Storage storage;
    private Database database;
    private Connection connection;
    private TestTrees trees;

    @BeforeEach
    void open() {
        files = TestStorages.writable(directory);
        storage = TestStorages.watched(files);
        trees = new TestTrees(files);
        database = Database.open(storage);
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void loadsOneRecordALevelToFindAKey() {
        BTree tree = thousand();
        assertThat(tree.get(500L)).isEqualTo("v500");
        assertThat(TestStorages.loads(storage)).hasSize(3);
        clearInvocations(storage);
        assertThat(tree.get(501)).isEqualTo("v501");
        assertThat(TestStorages.loads(storage)).isEmpty();
    }

    @Test
    void loadsNoOtherLeafToSeeThatAKeyIsMissing() {
        BTree tree = tree(
                trees.tree("IO", false, List.of(10L, 20L), Map.of(10L, "a", 20L, "b"), key -> true, Shape.of(1, 2)));
        assertThat(tree.isEmpty()).isFalse();
        clearInvocations(storage);
        assertThat(tree.get(25L)).isNull();
        assertThat(TestStorages.loads(storage)).hasSize(1);
        assertThat(tree.containsKey(15L)).isFalse();
        assertThat(TestStorages.loads(storage)).hasSize(1);
    }

    @Test
    void loadsLeavesAsAnIteratorComesToThem() {
        BTree tree = thousand();
        Iterator<Object> keys = tree.keySet().iterator();
        for (long i = 0; i < 3; i++) {
            assertThat(keys.next()).isEqualTo(i);
        }
        assertThat(TestStorages.loads(storage)).hasSize(3);
        assertThat(tree.values().stream().limit(3)).containsExactly("v0", "v1", "v2");
        assertThat(tree.descendingMap().entrySet().stream().limit(2))
                .containsExactly(entry(999L, "v999"), entry(998L, "v998"));
        assertThat(TestStorages.loads(storage)).hasSize(5);
    }

    @Test
    void loadsOnlyTheLeavesOfARange() {
        BTree tree = thousand();
        assertThat(tree.firstKey()).isEqualTo(0L);
        clearInvocations(storage);
        NavigableMap<Object, Object> part = tree.subMap(505, true, 515, false);
        assertThat(TestStorages.loads(storage)).isEmpty();
        assertThat(part).hasSize(10);
        assertThat(part.firstKey()).isEqualTo(505L);
        assertThat(part.lastEntry()).isEqualTo(entry(514L, "v514"));
        assertThat(part.get(515)).isNull();
        assertThat(TestStorages.loads(storage)).hasSize(3); // an inner node and two leaves
    }

    @Test
    void walksThoughStatesAreDroppedMeanwhile() {
        Oid oid = thousand().oid().orElseThrow();
        try (Database small = Database.open(storage, DatabaseOptions.standard().withCache(1, 1 << 20))) {
            BTree tree = (BTree) small.open().get(oid);
            List<Object> ascending =
                    LongStream.range(0, 1000).<Object>mapToObj(each -> each).toList();
            assertThat(new ArrayList<>(tree.keySet())).isEqualTo(ascending);
            assertThat(tree.descendingKeySet()).containsExactlyElementsOf(Lists.reverse(ascending));
        }
    }

    @Test
    void iteratorsGoOnAfterTheirLastKeyInTheNextSnapshot() {
        Oid second = trees.put("II", "IISet", TestTrees.leaf(List.of(4L, 5L)));
        Oid first = trees.put("II", "IISet", TestTrees.leaf(List.of(1L, 2L, 3L), reference(second)));
        BTreeSet set = set(trees.put("II", "IITreeSet", TestTrees.inner(reference(first), 4L, reference(second))));
        Iterator<Object> up = set.iterator();
        Iterator<Object> down = set.descendingIterator();
        Iterator<Object> fresh = set.iterator();
        Iterator<Object> peeked = set.tailSet(2).iterator();
        assertThat(List.of(up.next(), up.next(), down.next())).containsExactly(1L, 2L, 5L);
        assertThat(peeked.hasNext()).isTrue();
        trees.put(second, "II", "IISet", TestTrees.leaf(List.of(4L, 6L)));
        trees.put(first, "II", "IISet", TestTrees.leaf(List.of(0L, 3L), reference(second)));
        trees.commit();
        connection.sync();
        assertThat(rest(up)).containsExactly(3L, 4L, 6L);
        assertThat(rest(down)).containsExactly(4L, 3L, 0L);
        assertThat(rest(fresh)).containsExactly(0L, 3L, 4L, 6L);
        assertThat(rest(peeked)).containsExactly(2L, 3L, 4L, 6L);
    }

    @Test
    void iteratorsTryAgainAfterAFailure() {
        BTree tree = thousand();
        Iterator<Object> keys = tree.keySet().iterator();
        for (int i = 0; i < 10; i++) {
            keys.next();
        }
        doThrow(new StorageException("out of order")).when(storage).loadBefore(any(), any());
        assertThatThrownBy(keys::next).isInstanceOf(StorageException.class).hasMessage("out of order");
        assertThatThrownBy(keys::hasNext).isInstanceOf(StorageException.class);
        doAnswer(call -> files.loadBefore(call.getArgument(0), call.getArgument(1)))
                .when(storage)
                .loadBefore(any(), any());
        assertThat(keys.next()).isEqualTo(10L);
        assertThat(rest(keys)).hasSize(989);
    }

    @Test
    void goesThroughKeysWithoutOrder() {
        Oid second = trees.put("OO", "OOSet", TestTrees.leaf(List.of(type("a"), type("c"))));
        PickleValue next = TestTrees.reference(second, "OO", "OOSet");
        Oid first = trees.put("OO", "OOSet", TestTrees.leaf(List.of(type("d")), next));
        PickleValue child = TestTrees.reference(first, "OO", "OOSet");
        BTreeSet set = set(trees.put("OO", "OOTreeSet", TestTrees.inner(child, type("b"), next)));
        assertThat(List.copyOf(set)).containsExactly(type("d"), type("a"), type("c"));
        assertThat(List.copyOf(set.descendingSet())).containsExactly(type("c"), type("a"), type("d"));
        assertThat(set.first()).isEqualTo(type("d"));
        assertThatThrownBy(() -> set.contains("a"))
                .isInstanceOf(ClassCastException.class)
                .hasMessage("cannot be compared: java.lang.String and io.zrs.database.PythonClass");
        Iterator<Object> types = set.iterator();
        types.next();
        committed(trees.put("OO", "OOSet", TestTrees.leaf(List.of())));
        assertThatThrownBy(types::next)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining("the connection has moved on");
    }

    @Test
    void findsNumbersByValueAndBytesByTheirText() {
        BTree numbers = thousand();
        assertThat(numbers.get(5)).isEqualTo("v5");
        assertThat(numbers.get(5.0)).isEqualTo("v5");
        assertThat(numbers.get(5, String.class)).isEqualTo("v5");
        assertThatThrownBy(() -> numbers.get(5, Long.class)).isInstanceOf(ClassCastException.class);
        assertThat(numbers.get("5")).isNull();
        assertThat(numbers.headMap("")).hasSize(1000);
        assertThat(numbers.get(null)).isNull();
        BTree texts = tree(trees.tree(
                "OO", false, List.of(Bytes.utf8("café")), Map.of(Bytes.utf8("café"), 1L), key -> true, Shape.of(1, 2)));
        assertThat(texts.get("café")).isEqualTo(1L);
    }

    @Test
    void printsWithoutLoadingMoreThanItShows() {
        BTree tree = thousand();
        assertThat(tree.toString()).startsWith("{0: 'v0', 1: 'v1', ").endsWith("…}");
        assertThat(tree.keySet().toString()).startsWith("{0, 1, ");
        assertThat(tree.values().toString()).startsWith("['v0', 'v1', ");
        assertThat(tree.subMap(1, 3)).hasToString("{1: 'v1', 2: 'v2'}");
        assertThat(set(trees.set("OO", List.of(), Shape.of(1, 2)))).hasToString("set()");
        assertThat(TestStorages.loads(storage)).hasSizeLessThan(112);
    }

    @Test
    void refusesEveryChange() {
        BTree tree = thousand();
        BTreeSet set = set(trees.set("OO", List.of("a"), Shape.of(1, 2)));
        List<ThrowingCallable> changes = List.of(
                () -> tree.put(1L, "x"),
                () -> tree.putAll(Map.of()),
                () -> tree.remove(1L),
                tree::clear,
                tree::pollFirstEntry,
                tree::pollLastEntry,
                tree::changed,
                () -> tree.putIfAbsent(-1L, "x"),
                () -> tree.descendingMap().put(1L, "x"),
                () -> tree.headMap(5).clear(),
                () -> tree.keySet().remove(1L),
                () -> tree.keySet().clear(),
                () -> tree.values().clear(),
                () -> tree.entrySet().clear(),
                () -> tree.entrySet().remove(entry(1L, "v1")),
                () -> removeFirst(tree.values().iterator()),
                () -> removeFirst(tree.entrySet().iterator()),
                () -> set.add("x"),
                () -> set.remove("a"),
                set::clear,
                set::pollFirst,
                set::pollLast,
                set::changed,
                () -> set.addAll(List.of("x")),
                () -> set.retainAll(List.of()),
                () -> removeFirst(set.iterator()));
        assertThat(changes)
                .allSatisfy(change -> assertThatThrownBy(change)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageStartingWith("BTrees are read-only here"));
        assertThatThrownBy(() -> tree.entrySet().iterator().next().setValue("x"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(tree).hasSize(1000);
        assertThat(tree.persistence().isChanged()).isFalse();
        assertThat(connection.commit()).isEmpty();
    }

    /** {@code IOBTree} of 0 to 999 with values {@code v0} …, ten to a node: three levels. */
    private BTree thousand() {
        Map<Long, String> entries = new LinkedHashMap<>();
        LongStream.range(0, 1000).forEach(i -> entries.put(i, "v" + i));
        Oid oid = committed(trees.mapping("IO", entries, Shape.of(10, 10)));
        clearInvocations(storage);
        return (BTree) connection.get(oid);
    }

    private BTree tree(Oid oid) {
        return (BTree) connection.get(committed(oid));
    }

    private Oid committed(Oid oid) {
        trees.commit();
        connection.sync();
        return oid;
    }

    private BTreeSet set(Oid oid) {
        return (BTreeSet) connection.get(committed(oid));
    }

    private static PickleValue reference(Oid leaf) {
        return TestTrees.reference(leaf, "II", "IISet");
    }

    private static PythonClass type(String name) {
        return new PythonClass("app", name);
    }

    private static List<Object> rest(Iterator<Object> iterator) {
        return Lists.newArrayList(iterator);
    }

    private static void removeFirst(Iterator<?> iterator) {
        iterator.next();
        iterator.remove();
    }
}
