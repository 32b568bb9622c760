package io.zrs.lab;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.Length;
import io.zrs.database.PersistentMapping;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * One of several that commit to the same database, get in each other's way, undo, and remember what must be there in the end.
 *
 * <p>Each has an entry and a shelf of its own; the {@linkplain #COUNTER counter} is changed by all with merges, the {@linkplain #BOARD board} by all without.
 *
 * <p>Threading: confined to one thread until it has ended.
 */
final class SoakCommitter implements Callable<SoakCommitter> {
    /** A length, one more for each change of an entry that is not undone. */
    static final String COUNTER = "counter";

    /** A mapping of committers to what they put there last. */
    static final String BOARD = "board";

    private static final String SHELF = "shelf ";
    private static final int SHELF_SIZE = 10;
    private static final int ENTRY_PERCENT = 40;
    private static final int BOARD_PERCENT = 20;
    private static final int SHELF_PERCENT = 20;

    private final Database database;
    private final int key;
    private final SplittableRandom random;
    private final BooleanSupplier goesOn;
    private long lastValue;
    private long value;
    private long before;
    private Tid undoable = Tid.NONE;
    private long onBoard;
    private List<Long> onShelf = new ArrayList<>();
    private long counted;
    private long commits;
    private long undos;
    private long refusedUndos;
    private long conflicts;

    /**
     * A committer that has not begun.
     *
     * @param key its number
     */
    SoakCommitter(Database database, int key, SplittableRandom random, BooleanSupplier goesOn) {
        this.database = database;
        this.key = key;
        this.random = random;
        this.goesOn = goesOn;
    }

    /** Makes what they all need. */
    static void create(Connection connection, int count) throws IOException {
        Entries.create(connection, count);
        connection.root().put(COUNTER, new Length());
        connection.root().put(BOARD, new PersistentMapping());
        for (int key = 0; key < count; key++) {
            connection.root().put(SHELF + key, new PersistentMapping());
        }
    }

    @Override
    public SoakCommitter call() throws IOException {
        try (Connection connection = database.open()) {
            while (goesOn.getAsBoolean()) {
                try {
                    step(connection);
                } catch (ConflictException e) {
                    conflicts++;
                    connection.abort();
                }
            }
        }
        return this;
    }

    /** What is not as it must be now. */
    List<String> faults(Connection connection) throws IOException {
        List<String> faults = new ArrayList<>();
        check("entry", value, Entries.read(connection, key), faults);
        check("place on the board", onBoard, board(connection).getOrDefault((long) key, 0L), faults);
        check("shelf", onShelf, List.copyOf(shelf(connection).keySet()), faults);
        return faults;
    }

    /** By how much it raised the counter. */
    long counted() {
        return counted;
    }

    long commits() {
        return commits;
    }

    long undos() {
        return undos;
    }

    long refusedUndos() {
        return refusedUndos;
    }

    long conflicts() {
        return conflicts;
    }

    private void step(Connection connection) throws IOException {
        int sort = random.nextInt(100);
        if (sort < ENTRY_PERCENT) {
            changeEntry(connection);
        } else if (sort < ENTRY_PERCENT + BOARD_PERCENT) {
            long next = ++lastValue;
            board(connection).put((long) key, next);
            commit(connection);
            onBoard = next;
        } else if (sort < ENTRY_PERCENT + BOARD_PERCENT + SHELF_PERCENT) {
            changeShelf(connection);
        } else if (!undoable.equals(Tid.NONE)) {
            undo(connection);
        }
    }

    private void changeEntry(Connection connection) throws IOException {
        long next = ++lastValue;
        Entries.write(connection, key, next);
        connection.root().get(COUNTER, Length.class).change(1);
        undoable = commit(connection);
        before = value;
        value = next;
        counted++;
    }

    /** Puts a new object with objects in it on the shelf, and takes one away that becomes garbage. */
    private void changeShelf(Connection connection) {
        PersistentMapping shelf = shelf(connection);
        List<Long> next = new ArrayList<>(onShelf);
        next.add(++lastValue);
        shelf.put(lastValue, new PersistentMapping(Map.of("inside", new PersistentMapping(Map.of("n", lastValue)))));
        if (next.size() > SHELF_SIZE) {
            shelf.remove(next.remove(0));
        }
        commit(connection);
        onShelf = next;
    }

    private Tid commit(Connection connection) {
        Tid tid = connection
                .commit(TransactionMetadata.of("/ committer " + key, "value " + lastValue))
                .orElseThrow();
        commits++;
        return tid;
    }

    /** Takes the last change of the entry back, which must be possible unless a pack is in the way. */
    private void undo(Connection connection) {
        Undoable storage = database.storage().capability(Undoable.class).orElseThrow();
        try (UndoTransaction transaction = storage.beginUndo(TransactionMetadata.of("/ committer " + key, "undo"))) {
            transaction.undo(undoable);
            transaction.vote();
            transaction.finish();
            value = before;
            counted--;
            undos++;
        } catch (UndoException e) {
            refusedUndos++;
        }
        undoable = Tid.NONE;
        connection.sync();
    }

    private static PersistentMapping board(Connection connection) {
        return connection.root().get(BOARD, PersistentMapping.class);
    }

    private PersistentMapping shelf(Connection connection) {
        return connection.root().get(SHELF + key, PersistentMapping.class);
    }

    private void check(String what, Object expected, Object found, List<String> faults) {
        if (!expected.equals(found)) {
            faults.add(what + " of committer " + key + " is " + found + ", not " + expected);
        }
    }
}
