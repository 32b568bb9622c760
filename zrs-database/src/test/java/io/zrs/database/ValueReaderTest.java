package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.CrossDatabaseReference.Strength;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States as pickles, in the text protocol where that is legible: {@code (I1\nt.} is {@code (1,)}. */
class ValueReaderTest {
    private static final String OID_5 = "U\10\0\0\0\0\0\0\0\5";

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
    @ValueSource(
            strings = {
                "}]Ns.", // {[]: None}
                "}}Ns.", // {{}: None}
                "}]\u0085Ns.", // {([],): None}
                "}c__builtin__\nset\n]\u0085RNs.", // {set(): None}
                "c__builtin__\nset\n]]a\u0085R.", // set([[]])
                "c__builtin__\nfrozenset\n]c__builtin__\nset\n]\u0085Ra\u0085R.", // frozenset([set()])
                "capp\nThings\n)R]Ns.", // an unknown kind of dictionary, too
                "}(" + OID_5 + "cpersistent.list\nPersistentList\ntQNs.", // a persistent list has no hash
            })
    void refusesKeysThatCanChange(String state) {
        Oid oid = store(state);
        assertThatThrownBy(() -> connection.get(oid)).isInstanceOf(UnreadableObjectException.class);
    }

    @Test
    void namesTheKeyThatCanChange() {
        Oid oid = store("}]Ns.");
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("oid 0x01")
                .hasMessageEndingWith("a key or an item of a set that can change: ArrayList");
    }

    @Test
    void takesTheLastOfEqualKeys() {
        assertThat(state("}(I1\nI2\nI3\nI4\nI1\nI5\nu.")).isEqualTo(Map.of(1L, 5L, 3L, 4L));
    }

    @Test
    void hashesNestedKeysInTimeLinearInTheirSize() {
        // Each tuple holds the one before twice: 2 to the power of 60 items in all.
        StringBuilder key = new StringBuilder("I1\n");
        for (int i = 0; i < 60; i++) {
            key.append("q").append((char) i).append("h").append((char) i).append("\u0086");
        }
        Map<?, ?> map = (Map<?, ?>) required(state("}" + key + "Ns."));
        assertThat(map.keySet().iterator().next()).isInstanceOf(Tuple.class);
        assertThat(map.toString().length()).isBetween(1_000, 10_000);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"lists", "tuples", "dictionaries", "objects", "sets"})
    void readsAndWritesTheDeepestThatIsAllowed(String kind) throws Exception {
        Oid deepest = store(nested(kind, 1_000));
        assertThat(onNewThread(() -> connection.get(deepest))).isInstanceOf(PersistentObject.class);
        ((PersistentObject) connection.get(deepest)).changed();
        assertThat(onNewThread(connection::commit).isPresent()).isTrue();
        Oid tooDeep = store(nested(kind, 1_003));
        assertThatThrownBy(() -> connection.get(tooDeep))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("deeper than 1000");
    }

    /** Nested to a depth between {@code depth - 2} and {@code depth}. */
    private static String nested(String kind, int depth) {
        return switch (kind) {
            case "lists" -> "]".repeat(depth) + "a".repeat(depth - 1) + ".";
            case "tuples" -> ")" + "\u0085".repeat(depth - 1) + ".";
            case "dictionaries" -> "}N".repeat(depth - 1) + "}" + "s".repeat(depth - 1) + ".";
            case "objects" -> "capp\nP\n)\u0081}U\1n".repeat(depth / 2) + "N" + "sb".repeat(depth / 2) + ".";
            default -> "c__builtin__\nfrozenset\n]".repeat(depth / 3) + "N" + "a\u0085R".repeat(depth / 3) + ".";
        };
    }

    /** On a thread with the stack that Java gives, nothing on it yet. */
    private static <T> T onNewThread(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        new Thread(task).start();
        return task.get();
    }

    @Test
    void refusesASetThatHoldsItself() {
        // The list that the set is made of gets that set afterwards. In Python it would not matter.
        Oid oid = store("]q\0000c__builtin__\nset\nh\0\u0085Rq\1h\0h\1a0.");
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("nested deeper than 1000");
    }

    @Test
    void readsEachFormOfReferences() {
        Oid oid = new Oid(5);
        TestRecords.store(storage, oid, Tid.NONE, "cpersistent.list\nPersistentList\n.}U\4data]s.");
        connection.sync();
        Object target = connection.get(oid);
        assertThat(state(OID_5 + "Q.")).isSameAs(target);
        assertThat(state("X\10\0\0\0\0\0\0\0\0\0\0\5Q.")).isSameAs(target);
        assertThat(state("(" + OID_5 + "cpersistent.list\nPersistentList\ntQ.")).isSameAs(target);
        assertThat(state("(" + OID_5 + "(U\17persistent.listU\16PersistentListttQ."))
                .isSameAs(target);
        assertThat(state("(" + OID_5 + "U\12app.zclassQtQ.")).isSameAs(target);
        assertThat(weak("](U\1w" + OID_5 + "\u0085eQ.")).containsSame(target);
        assertThat(weak("]" + OID_5 + "aQ.")).containsSame(target);
        assertThat(state("](U\1w(" + OID_5 + "U\4mainteQ."))
                .isEqualTo(new CrossDatabaseReference("main", oid, null, Strength.WEAK));
        assertThat(state("](U\1n(U\4main" + OID_5 + "teQ."))
                .isEqualTo(new CrossDatabaseReference("main", oid, null, Strength.STRONG));
        assertThat(state("](U\1m(U\4main" + OID_5 + "capp\nDoc\nteQ."))
                .isEqualTo(new CrossDatabaseReference("main", oid, PythonClass.of("app.Doc"), Strength.STRONG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NQ.", // no id at all
                "U\3oidQ.",
                "(U\3oidcapp\nDoc\ntQ.",
                "(" + OID_5 + "NNtQ.",
                "]Q.",
                "](U\1x(" + OID_5 + "teQ.",
                "](U\1w(" + OID_5 + "NteQ.",
                "](U\1n(" + OID_5 + "teQ.",
                "](U\1m(U\4main" + OID_5 + "teQ."
            })
    void refusesOtherReferences(String state) {
        Oid oid = store(state);
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining("a form that ZODB does not know");
    }

    @Test
    void findsWithoutClassWhatIsNotThere() {
        Oid oid = store(OID_5 + "Q.");
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(PosKeyException.class)
                .hasMessageContaining("oid 0x05");
    }

    @Test
    void weakReferenceToWhatIsGoneIsEmpty() {
        assertThat(weak("](U\1w" + OID_5 + "\u0085eQ.")).isEmpty();
    }

    @Test
    void readsWhatOlderProtocolsMakeOfBytesAndDates() {
        // 11 bytes of UTF-8 for 10 characters
        String date = "c_codecs\nencode\n(X\13\0\0\0\7\u00c3\u0097\3\25\24 9\0\0\0X\6\0\0\0latin1tR";
        assertThat(state("c_codecs\nencode\n(X\3\0\0\0a\u00c3\u00bfX\6\0\0\0latin1tR."))
                .isEqualTo(Bytes.copyOf(new byte[] {'a', -1}));
        assertThat(state("c__builtin__\nbytes\n)R.")).isEqualTo(Bytes.EMPTY);
        assertThat(state("cdatetime\ndatetime\n(" + date + "tR.")).isEqualTo(LocalDateTime.of(2007, 3, 21, 20, 32, 57));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cdatetime\ndatetime\n(U\12\7\u00d7\u0083\25\24 9\0\0\0tR.", // a fold
                "cdatetime\ndatetime\n(U\12\0\0\3\25\24 9\0\0\0tR.", // year 0
                "cdatetime\ndatetime\n(U\11\7\u00d7\3\25\24 9\0\0tR.", // too short
                "cdatetime\ndate\n(U\4\7\u00d7\2\36tR.", // 30 February
                "cdatetime\ntime\n(U\6\30\0\0\0\0\0tR.", // hour 24
                "cdatetime\ntimedelta\n(I0\nI86400\nI0\ntR.", // a second too many
                "cdatetime\ndatetime\n(I2007\nI3\nI21\ntR.",
                "cdecimal\nDecimal\n(U\5sNaN1tR.",
                "cdecimal\nDecimal\n(U\3+10tR.",
                "c__builtin__\ncomplex\n(I1\nI2\ntR.",
                "cuuid\nUUID\n)\u0081}(U\3intI5\nU\7is_safeNub.",
                "cuuid\nUUID\n)\u0081}U\3intI-5\nsb."
            })
    void keepsAsGenericObjectWhatHasNoJavaEqual(String state) {
        PythonObject value = (PythonObject) required(state(state));
        assertThat(state).contains(value.pythonClass().name());
        assertThat(value.arguments().size() + value.attributes().size()).isPositive();
    }

    @Test
    void showsTheClassBehindReconstruction() {
        PythonObject plain =
                (PythonObject) required(state("ccopy_reg\n_reconstructor\n(capp\nP\nc__builtin__\nobject\nNtR."));
        assertThat(plain.pythonClass()).isEqualTo(PythonClass.of("app.P"));
        assertThat(plain.arguments()).isEmpty();
        PythonObject number =
                (PythonObject) required(state("ccopy_reg\n_reconstructor\n(capp\nN\nc__builtin__\nint\nI5\ntR."));
        assertThat(number.pythonClass()).isEqualTo(PythonClass.of("app.N"));
        assertThat(number.arguments()).containsExactly(5L);
        PythonObject made = (PythonObject) required(state("ccopy_reg\n__newobj__\n(capp\nP\nI1\ntR."));
        assertThat(made.pythonClass()).isEqualTo(PythonClass.of("app.P"));
        assertThat(made.arguments()).containsExactly(1L);
        PythonObject old = (PythonObject) required(state("(capp\nOld\no}U\1aI1\nsb."));
        assertThat(old.pythonClass()).isEqualTo(PythonClass.of("app.Old"));
        assertThat(old.attributes()).containsExactly(Map.entry("a", 1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "capp\nP\n)\u0081}b}b.", // two states
                "capp\nP\n)\u0081}bI1\na.", // an item after the state
                "\u0082\1.", // a class by its number
                "capp\nP\nNR." // arguments that are none
            })
    void refusesObjectsThatPythonDoesNotWrite(String state) {
        Oid oid = store(state);
        assertThatThrownBy(() -> connection.get(oid)).isInstanceOf(UnreadableObjectException.class);
    }

    private Optional<Object> weak(String pickle) {
        return ((WeakRef) required(state(pickle))).get();
    }

    private static Object required(@Nullable Object value) {
        return Objects.requireNonNull(value);
    }

    private @Nullable Object state(String pickle) {
        return ((PersistentObject) connection.get(store(pickle))).state();
    }

    private Oid store(String state) {
        Oid oid = TestRecords.store(storage, "capp\nDoc\n." + state);
        connection.sync();
        return oid;
    }
}
