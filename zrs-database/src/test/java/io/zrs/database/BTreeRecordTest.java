package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.None;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of records, right and wrong. */
class BTreeRecordTest {
    /** What BTrees 4.3.1 and ZODB 6.3 on Python 3.11 wrote for {@code fsBTree({b'ab': b'123456', b'\\xff\\0': b'\\0\\0\\0\\0\\0\\1'})} and so on. */
    private static final String FS_TREE =
            "8003634254726565732e667342547265650a667342547265650a71002e8003284302616271014306313233343536"
                    + "71024302ff007103430600000000000171047471058571068571078571082e";

    private static final String FS_SET =
            "8003634254726565732e667342547265650a6673547265655365740a71002e80034302616271018571028571038571048571052e";

    /** {@code {-5: 1.5, 2**40: 2.0}} */
    private static final String LF_TREE = "8003634254726565732e4c4642547265650a4c4642547265650a71002e8003284afbffffff47"
            + "3ff80000000000008a060000000000014740000000000000007471018571028571038571042e";

    /** {@code {-5, 7}} */
    private static final String IF_SET =
            "8003634254726565732e494642547265650a4946547265655365740a71002e80034afbffffff4b078671018571028571038571042e";

    /** {@code {'a': 2**40, 'b': -1}} */
    private static final String OL_TREE = "8003634254726565732e4f4c42547265650a4f4c42547265650a71002e800328580100000061"
            + "71018a0600000000000158010000006271024affffffff7471038571048571058571062e";

    /** {@code {-2**40, 3}} */
    private static final String LO_SET =
            "8003634254726565732e4c4f42547265650a4c4f5365740a71002e80038a060000000000ff4b038671018571022e";

    /** {@code {(1, 'a'): None, (1, 'b'): (2,)}} */
    private static final String OO_TREE = "8003634254726565732e4f4f42547265650a4f4f42547265650a71002e8003284b0158010000"
            + "006171018671024e4b0158010000006271038671044b028571057471068571078571088571092e";

    /** An {@code fsBucket} of Python 2, in protocol 1: {@code {'ab': '123456'}}. */
    private static final String FS_BUCKET_PYTHON2 =
            "634254726565732e667342547265650a66734275636b65740a71012e28285502616255063132333435367471027471032e";

    @TempDir
    private Path directory;

    private Database database;
    private Connection connection;
    private TestTrees trees;

    @BeforeEach
    void open() {
        Storage storage = TestStorages.writable(directory);
        trees = new TestTrees(storage);
        database = Database.open(storage);
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void readsWhatPythonWrites() {
        assertThat(recorded(FS_TREE))
                .isEqualTo(Map.of(
                        Bytes.utf8("ab"),
                        Bytes.utf8("123456"),
                        Bytes.copyOf(new byte[] {-1, 0}),
                        Bytes.copyOf(new byte[] {0, 0, 0, 0, 0, 1})));
        assertThat(recorded(FS_SET)).isEqualTo(java.util.Set.of(Bytes.utf8("ab")));
        assertThat(recorded(FS_BUCKET_PYTHON2)).isEqualTo(Map.of(Bytes.utf8("ab"), Bytes.utf8("123456")));
        assertThat(recorded(LF_TREE)).isEqualTo(Map.of(-5L, 1.5, 1L << 40, 2.0));
        assertThat(recorded(IF_SET)).isEqualTo(java.util.Set.of(-5L, 7L));
        assertThat(recorded(OL_TREE)).isEqualTo(Map.of("a", 1L << 40, "b", -1L));
        assertThat(recorded(LO_SET)).isEqualTo(java.util.Set.of(-1L << 40, 3L));
        assertThat((BTree) recorded(OO_TREE))
                .hasSize(2)
                .containsEntry(Tuple.of(1, "a"), null)
                .containsEntry(Tuple.of(1, "b"), Tuple.of(2));
    }

    @ParameterizedTest
    @CsvSource({
        "BTrees.OOBTree, OOBTree, false",
        "BTrees.QQBTree, QQBTree, false",
        "BTrees.UFBTree, UFBucket, false",
        "BTrees.fsBTree, fsTreeSet, true",
        "BTrees.IOBTree, IOSet, true",
        "BTrees.OOBTree, OOTreeSetPy, true",
        "BTrees._OIBTree, OIBTree, false",
        "OIBTree, OIBTree, false",
        "IIBTree, TreeSet, true",
        "BTree, Bucket, false"
    })
    void knowsClassesOfAllFamiliesAndAges(String module, String name, boolean isSet) {
        assertThat(PythonTypes.standard().newPersistent(new PythonClass(module, name)))
                .isInstanceOf(isSet ? BTreeSet.class : BTree.class);
    }

    @ParameterizedTest
    @CsvSource({"BTrees.FOBTree, FOBTree", "BTrees.OOBTree, OOTreeIterator", "BTrees.Length, Length2", "app, OOBTree"})
    void takesNoOtherClassesForTrees(String module, String name) {
        assertThat(PythonTypes.standard().newPersistent(new PythonClass(module, name)))
                .isInstanceOf(PersistentObject.class);
    }

    @Test
    void readsTreesOfAnApplicationByTheirAlias() {
        PythonTypes types = PythonTypes.standard().withAlias("BTrees.app.Tree", "BTrees.IOBTree.IOBTree");
        assertThat(types.newPersistent(new PythonClass("BTrees.app", "Tree")))
                .isInstanceOf(BTree.class)
                .satisfies(tree -> assertThat(tree.pythonClass()).hasToString("BTrees.app.Tree"));
    }

    @Test
    void readsEachForm() {
        assertThat(read("IO", "IOBTree", None.NONE)).isEqualTo(Map.of());
        assertThat(read("IO", "IOBucket", tuple(tuple()))).isEqualTo(Map.of());
        assertThat(read("IO", "IOBTree", tuple(tuple(tuple(tuple(1L, "a")))))).isEqualTo(Map.of(1L, "a"));
        PickleValue bucket = bucket(1L, "a");
        assertThat(read("IO", "IOBTree", tuple(tuple(bucket), bucket))).isEqualTo(Map.of(1L, "a"));
        assertThat(read("II", "IITreeSet", tuple(tuple(TestTrees.leaf(List.of(1L, 2L))))))
                .isEqualTo(java.util.Set.of(1L, 2L));
        assertThat(read("IO", "IOBucket", tuple(tuple(0L, "z"), bucket)))
                .as("a leaf is an object of its own, whatever is next to it")
                .isEqualTo(Map.of(0L, "z"));
    }

    @Test
    void refusesStatesThatMakeNoSense() {
        PickleValue bucket = bucket(1L, "a");
        PickleValue tree = reference("IO", "IOBTree", None.NONE);
        PickleValue set = reference("IO", "IOSet", tuple(tuple()));
        refuses("IOBucket", None.NONE, "the state of a leaf is no tuple: None");
        refuses("IOBucket", tuple(), "a leaf in 0 parts");
        refuses("IOBucket", tuple(tuple(), bucket, bucket), "a leaf in 3 parts");
        refuses("IOBucket", tuple("x"), "what a leaf holds is no tuple: u'x'");
        refuses("IOBucket", tuple(tuple(1L, "a", 2L)), "a key without a value: 3 keys and values");
        refuses("IOBucket", tuple(tuple("1", "a")), "no integer: u'1'");
        refuses("IOBucket", tuple(tuple(1L, "a"), tree), "the next leaf is a tree");
        refuses("IOBucket", tuple(tuple(2L, "a", 1L, "b")), "keys do not ascend: key 1 of 2");
        refuses("IOSet", tuple(tuple(1L, 1L)), "keys do not ascend: key 1 of 2");
        refuses("IOBTree", tuple(), "a tree in 0 parts");
        refuses("IOBTree", PickleValue.Text.of("x"), "the state of a tree is no tuple: u'x'");
        refuses("IOBTree", tuple("x", bucket), "what a tree consists of is no tuple: u'x'");
        refuses("IOBTree", tuple(tuple(bucket, 1L), bucket), "a tree in 2 parts, the first with 2 children and keys");
        refuses("IOBTree", tuple(tuple(bucket, 1L, bucket)), "a tree in 1 parts, the first with 3 children and keys");
        refuses("IOBTree", tuple(tuple(bucket, "x", bucket), bucket), "no integer: u'x'");
        refuses("IOBTree", tuple(tuple(bucket, 1L, tree), bucket), "child 1 is none, others are");
        refuses("IOBTree", tuple(tuple(tree, 1L, bucket), bucket), "child 1 is a leaf, others");
        refuses("IOBTree", tuple(tuple(bucket, 1L, set), bucket), "child 1 is no part of a mapping");
        refuses("IOTreeSet", tuple(tuple(bucket), bucket), "the first leaf is no part of a set");
        refuses("IOBTree", tuple(tuple(1L, 1L, 1L), bucket), "child 0 is no part of a mapping: 1");
        refuses("IOBTree", tuple(tuple(bucket), tree), "the first leaf is a tree");
        refuses("IOBTree", tuple(tuple(bucket, 2L, bucket, 1L, bucket), bucket), "keys do not ascend");
        refuses("IOBTree", tuple(tuple(bucket, 2L, rootReference()), bucket), "child 1 is no part of a mapping");
        refusesOf("IF", "IFBucket", tuple(tuple(1L, 2L)), "no float: 2");
        refusesOf("fs", "fsBucket", tuple(tuple("ab", "123456")), "no bytes: u'ab'");
        assertThat(read("IO", "IOBTree", tuple(tuple(bucket), bucket))).isEqualTo(Map.of(1L, "a"));
    }

    @Test
    void endsWithATreeThatContainsItself() {
        Oid oid = trees.put("IO", "IOBTree", None.NONE);
        PickleValue itself = TestTrees.reference(oid, "IO", "IOBTree");
        trees.put(oid, "IO", "IOBTree", tuple(tuple(itself, 5L, itself), bucket(1L, "a")));
        damaged(oid, tree -> tree.get(1), "deeper than 64 levels");
        damaged(oid, tree -> tree.get(9), "deeper than 64 levels");
        damaged(oid, BTree::lastKey, "deeper than 64 levels");
        damaged(oid, Map::size, "deeper than 64 levels");
    }

    @Test
    void endsWithLeavesThatDoNotAscend() {
        PickleValue lower = bucket(1L, "a", 2L, "b");
        PickleValue upper = bucket(2L, "c");
        Oid oid = trees.put("IO", "IOBTree", tuple(tuple(lower, 2L, upper), lower));
        damaged(oid, tree -> new ArrayList<>(tree.keySet()), "keys do not ascend from leaf to leaf");
        damaged(oid, tree -> new ArrayList<>(tree.descendingKeySet()), "keys do not ascend from leaf to leaf");
        assertThat(connection.get(oid))
                .isInstanceOfSatisfying(
                        BTree.class, tree -> assertThat(tree.get(2)).isEqualTo("c"));
    }

    @Test
    void endsWithMoreLeavesThanObjects() {
        PythonClass key = new PythonClass("app", "has no order");
        PickleValue leaf = reference("OO", "OOSet", TestTrees.leaf(List.of(key)));
        PickleValue node = leaf;
        for (int i = 0; i < 60; i++) {
            node = reference("OO", "OOTreeSet", tuple(tuple(node, TestTrees.pickled(key), node), leaf));
        }
        Oid oid = trees.put("OO", "OOTreeSet", tuple(tuple(node), leaf));
        trees.commit();
        connection.sync();
        BTreeSet set = (BTreeSet) connection.get(oid);
        assertThatThrownBy(set::size)
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("more leaves than the database has objects");
    }

    @Test
    void followsNoChain() {
        Oid first = trees.put("IO", "IOBucket", None.NONE);
        PickleValue reference = TestTrees.reference(first, "IO", "IOBucket");
        PickleValue second = reference("IO", "IOBucket", tuple(tuple(5L, "b"), reference));
        trees.put(first, "IO", "IOBucket", tuple(tuple(1L, "a"), second));
        assertThat(read("IO", "IOBTree", tuple(tuple(reference, 5L, second), reference)))
                .isEqualTo(Map.of(1L, "a", 5L, "b"));
    }

    private Object recorded(String hex) {
        Oid oid = trees.putRecord(HexFormat.of().parseHex(hex));
        trees.commit();
        connection.sync();
        return connection.get(oid);
    }

    private Object read(String family, String className, PickleValue state) {
        Oid oid = trees.put(family, className, state);
        trees.commit();
        connection.sync();
        return connection.get(oid);
    }

    private void refuses(String className, PickleValue state, String message) {
        refusesOf("IO", className, state, message);
    }

    private void refusesOf(String family, String className, PickleValue state, String message) {
        Oid oid = trees.put(family, className, state);
        trees.commit();
        connection.sync();
        assertThatThrownBy(() -> read(connection.get(oid)))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("oid " + oid)
                .hasMessageContaining(message);
    }

    private static Object read(Object tree) {
        return tree instanceof BTree mapping ? mapping.isEmpty() : ((BTreeSet) tree).isEmpty();
    }

    private void damaged(Oid oid, Function<BTree, ?> use, String message) {
        trees.commit();
        connection.sync();
        BTree tree = (BTree) connection.get(oid);
        assertThatThrownBy(() -> use.apply(tree))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining(message);
    }

    private PickleValue bucket(Object... keysAndValues) {
        return reference("IO", "IOBucket", tuple(tuple(keysAndValues)));
    }

    private PickleValue reference(String family, String className, PickleValue state) {
        return TestTrees.reference(trees.put(family, className, state), family, className);
    }

    /** To an object that is a mapping, whatever this says. */
    private PickleValue rootReference() {
        assertThat(connection.root()).isEmpty();
        return TestTrees.reference(Oid.ROOT, "IO", "IOBucket");
    }

    private static PickleTuple tuple(Object... items) {
        List<PickleValue> values = new ArrayList<>();
        for (Object item : items) {
            values.add(item instanceof PickleValue value ? value : TestTrees.pickled(item));
        }
        return PickleTuple.of(values);
    }
}
