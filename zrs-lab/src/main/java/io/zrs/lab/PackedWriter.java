package io.zrs.lab;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A process, made to be killed, that commits, undoes and packs without end. It says before and after each commit what it does; {@link Journal} reads
 * that.
 */
final class PackedWriter {
    private static final int UNDO_PERCENT = 40;
    private static final int GARBAGE_COUNT = 5;
    private static final int BALLAST_BYTES = 4000;
    private static final int COMMITS_BETWEEN_PACKS = 40;

    private final Storage storage;
    private final Connection connection;
    private final SplittableRandom random;
    private final long[] values = new long[Journal.ENTRY_COUNT];
    private long lastValue;

    private PackedWriter(Storage storage, Connection connection, SplittableRandom random) throws IOException {
        this.storage = storage;
        this.connection = connection;
        this.random = random;
        for (int key = 0; key < values.length; key++) {
            values[key] = Entries.read(connection, key);
            lastValue = Math.max(lastValue, values[key]);
        }
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments the directory of a {@link Site}, which has entries, and a seed
     */
    public static void main(String[] arguments) throws IOException {
        Storage storage = new Site(Path.of(arguments[0])).open(Clock.systemUTC());
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        try (Database database = Database.open(storage);
                Connection connection = database.open()) {
            PackedWriter writer = new PackedWriter(storage, connection, random);
            while (true) {
                writer.writeAndPack();
            }
        }
    }

    /** Some commits in peace, then more of them beside a pack. */
    private void writeAndPack() throws IOException {
        for (int i = 0; i < COMMITS_BETWEEN_PACKS; i++) {
            write();
        }
        Thread packing = new Thread(this::pack, "pack");
        packing.start();
        while (packing.isAlive()) {
            write();
        }
    }

    private void pack() {
        say(Journal.PACKING);
        try {
            storage.capability(Packable.class)
                    .orElseThrow()
                    .pack(
                            storage.lastTransaction(),
                            random.nextBoolean() ? Garbage.COLLECT : Garbage.KEEP,
                            PackListener.NONE);
            say(Journal.PACKED);
        } catch (RuntimeException e) {
            say(Journal.FAULT + e);
            throw e;
        }
    }

    private void write() throws IOException {
        int key = random.nextInt(values.length);
        long before = values[key];
        Tid tid = commit(key, ++lastValue);
        if (random.nextInt(100) < UNDO_PERCENT) {
            undo(tid, key, before);
        }
    }

    private Tid commit(int key, long value) throws IOException {
        say(Journal.tries(key, value));
        Entries.write(connection, key, value);
        for (int i = 0; i < GARBAGE_COUNT; i++) {
            byte[] ballast = new byte[BALLAST_BYTES];
            random.nextBytes(ballast);
            connection.add(new PersistentMapping(Map.of("ballast", ballast)));
        }
        Tid tid = connection.commit().orElseThrow();
        values[key] = value;
        say(Journal.done(key, value));
        return tid;
    }

    private void undo(Tid tid, int key, long before) {
        Undoable undoable = storage.capability(Undoable.class).orElseThrow();
        try (UndoTransaction transaction = undoable.beginUndo(TransactionMetadata.of("lab", "undo"))) {
            say(Journal.tries(key, before));
            transaction.undo(tid);
            transaction.vote();
            transaction.finish();
            values[key] = before;
            say(Journal.undone(key, before));
        } catch (UndoException e) {
            say(Journal.refused(key, before)); // a pack is running, or has packed it
        }
        connection.sync();
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
