package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Oid;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.HexFormat;
import java.util.List;
import java.util.ListIterator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentListTest {
    @TempDir
    private Path directory;

    private Database database;
    private Connection connection;
    private PersistentList list;

    @BeforeEach
    void open() {
        database = Database.open(TestStorages.writable(directory));
        connection = database.open();
        list = new PersistentList();
        connection.root().put("list", list);
        connection.commit();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isWrittenAsPythonDoes() {
        byte[] record = database.storage().load(list.oid().orElseThrow()).data();
        assertThat(HexFormat.of().formatHex(record))
                .isEqualTo("800363" + "70657273697374656e742e6c6973740a" + "50657273697374656e744c6973740a" + "71002e"
                        + "80037d7101580400000064617461" + "71025d7103732e");
    }

    @Test
    void hasOneTypeOfIntegerAndOneOfFloat() {
        list.addAll(Arrays.asList(1, (short) 2, 0.5f, null));
        list.set(0, 7);
        assertThat(list).containsExactly(7L, 2L, 0.5, null);
        assertThat(list.indexOf(2)).isEqualTo(1);
        assertThat(list.lastIndexOf(2)).isEqualTo(1);
        assertThat(list.contains(0.5f)).isTrue();
        assertThat(list.remove((Object) 7)).isTrue();
        assertThat(new PersistentList(List.of(2, 0.5f))).isEqualTo(list.subList(0, 2));
        assertCommitted();
    }

    @Test
    void isWrittenAfterEveryKindOfChange() {
        list.addAll(List.of("e", "d", "c", "b", "a"));
        assertCommitted();
        list.sort(null);
        assertThat(list).containsExactly("a", "b", "c", "d", "e");
        assertCommitted();
        list.subList(1, 3).clear();
        assertThat(list).containsExactly("a", "d", "e");
        assertCommitted();
        list.subList(1, 2).add("D");
        assertThat(list).containsExactly("a", "d", "D", "e");
        assertCommitted();
        list.replaceAll(item -> item + "!");
        assertCommitted();
        list.removeIf(item -> item.equals("d!"));
        assertThat(list).containsExactly("a!", "D!", "e!");
        assertCommitted();
        ListIterator<Object> items = list.listIterator(3);
        items.previous();
        items.set("last");
        items.add("after");
        items.previous();
        items.remove();
        assertThat(list).containsExactly("a!", "D!", "last");
        assertCommitted();
        list.clear();
        assertThat(list).isEmpty();
        assertCommitted();
    }

    @Test
    void printsAsPythonDoes() {
        list.addAll(Arrays.asList(1, "it's", null, true, List.of(2.0)));
        list.add(list);
        assertThat(list).hasToString("[1, \"it's\", None, True, [2.0], [...]]");
    }

    @Test
    void isWrittenOnlyIfItWasChanged() {
        list.add("a");
        connection.commit();
        assertThatThrownBy(() -> list.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.set(1, "x")).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.add(2, "x")).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.remove(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.listIterator(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.iterator().remove()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> list.listIterator().set("x")).isInstanceOf(IllegalStateException.class);
        assertThat(list.remove("absent")).isFalse();
        list.subList(0, 0).clear();
        assertThat(list).containsExactly("a");
        assertThat(list.persistence().isChanged()).isFalse();
    }

    @Test
    void failsFastIfItIsChangedBesidesAnIterator() {
        list.addAll(List.of(1, 2, 3));
        ListIterator<Object> items = list.listIterator();
        items.next();
        list.remove(0);
        assertThatThrownBy(items::next).isInstanceOf(ConcurrentModificationException.class);
        List<Object> part = list.subList(0, 1);
        list.add("x");
        assertThatThrownBy(part::size).isInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void iteratesOverWhatItBeganWithThoughTheStateIsDropped() {
        list.addAll(List.of("a", "b", "c"));
        connection.commit();
        try (Connection other = database.open()) {
            PersistentList seen = (PersistentList) other.get(list.oid().orElseThrow());
            ListIterator<Object> items = seen.listIterator();
            assertThat(items.next()).isEqualTo("a");
            list.set(0, "A");
            list.set(1, "B");
            list.set(2, "C");
            connection.commit();
            other.sync();
            assertThat(items.next()).isEqualTo("b");
            items.set("set");
            items.remove();
            assertThatThrownBy(items::remove).isInstanceOf(IllegalStateException.class);
            assertThat(seen).containsExactly("A", "C");
            assertThat(items.next()).isEqualTo("c");
            items.add("end");
            assertThat(seen).containsExactly("A", "C", "end");
            other.commit();
        }
        connection.sync();
        assertThat(list).containsExactly("A", "C", "end");
    }

    @Test
    void refusesToChangeThePast() {
        list.addAll(List.of("b", "a"));
        Tid tid = connection.commit().orElseThrow();
        try (Connection then = database.at(tid)) {
            PersistentList seen = then.root().get("list", PersistentList.class);
            ListIterator<Object> items = seen.listIterator();
            items.next();
            List<Runnable> changes = List.of(
                    () -> seen.add("c"),
                    () -> seen.set(0, "c"),
                    () -> seen.remove(0),
                    () -> seen.remove("b"),
                    () -> seen.addAll(List.of("c")),
                    seen::clear,
                    () -> seen.sort(null),
                    items::remove,
                    () -> items.set("c"),
                    () -> items.add("c"),
                    () -> seen.subList(0, 1).clear());
            for (Runnable change : changes) {
                assertThatThrownBy(change::run).isInstanceOf(ReadOnlyException.class);
                assertThat(seen).containsExactly("b", "a");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"N.", "]K\1a.", "}.", "}U\4data}s.", "}U\4data(K\1ts."})
    void refusesAStateThatIsNone(String state) {
        Oid oid = TestRecords.store(database.storage(), "cpersistent.list\nPersistentList\nq\1." + state);
        connection.sync();
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining(oid.toString());
    }

    @ParameterizedTest(name = "zrs.seed={0}")
    @MethodSource("seeds")
    void isAnOrdinaryList(long seed) {
        Random random = new Random(seed);
        List<Object> committed = new ArrayList<>();
        List<Object> model = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            int index = random.nextInt(model.size() + 1);
            int item = random.nextInt(10);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    list.add(index, item);
                    model.add(index, (long) item);
                }
                case 3 -> assertThat(list.remove((Object) item)).isEqualTo(model.remove((Object) (long) item));
                case 4 -> {
                    list.subList(index / 2, index).clear();
                    model.subList(index / 2, index).clear();
                }
                case 5 ->
                    assertThat(list.removeIf(each -> each.equals(3L)))
                            .isEqualTo(model.removeIf(each -> each.equals(3L)));
                case 6 -> assertThat(list.lastIndexOf(item)).isEqualTo(model.lastIndexOf((long) item));
                case 7 -> {
                    connection.commit();
                    committed = new ArrayList<>(model);
                }
                default -> {
                    connection.abort();
                    model = new ArrayList<>(committed);
                }
            }
            assertThat(list).isEqualTo(model).hasSameHashCodeAs(model);
        }
        assertCommitted();
    }

    static Stream<Long> seeds() {
        return TestRecords.seeds(10);
    }

    private void assertCommitted() {
        connection.commit();
        try (Connection other = database.open()) {
            assertThat(other.get(list.oid().orElseThrow())).isEqualTo(list);
        }
    }
}
