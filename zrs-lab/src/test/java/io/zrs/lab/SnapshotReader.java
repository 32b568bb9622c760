package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Looks at objects that are only ever changed together, and fails if what it sees was never there at one moment.
 *
 * <p>Each commit gives {@code left} its number and {@code right} the opposite; each tenth gives {@code rare} its number, too.
 *
 * <p>Threading: for one thread, but for {@link #number} and {@link #awaitNumber}.
 */
final class SnapshotReader implements AutoCloseable {
    private static final int RARE = 10;

    private final Storage storage;
    private final Connection connection;
    private final PersistentMapping root;
    private final RandomGenerator random;
    private final Subscription subscription;

    @GuardedBy("this")
    private Tid newest;

    @GuardedBy("this")
    private int number = -1;

    @GuardedBy("this")
    private boolean closed;

    SnapshotReader(Database database, RandomGenerator random) {
        this.storage = database.storage();
        this.connection = database.open();
        this.root = connection.root();
        this.random = random;
        this.newest = storage.lastTransaction();
        this.subscription = storage.addCommitListener(transaction -> committed(transaction.tid()));
    }

    /** Changes the objects, which are made if they are not there. */
    static Tid commit(Connection connection, int number) {
        set(connection, "left", number);
        set(connection, "right", -number);
        if (number % RARE == 0) {
            set(connection, "rare", number);
        }
        return connection.commit().orElseThrow();
    }

    private static void set(Connection connection, String name, int number) {
        PersistentMapping object =
                (PersistentMapping) connection.root().computeIfAbsent(name, key -> new PersistentMapping());
        Objects.requireNonNull(object).put("number", number);
    }

    /** The commit that was seen last, -1 before the first. Any thread. */
    synchronized int number() {
        return number;
    }

    /** Returns when a commit was seen, or the reader is closed. Any thread. */
    synchronized void awaitNumber(int expected) throws InterruptedException {
        while (number < expected && !closed) {
            wait();
        }
    }

    /** Moves to the newest snapshot, and looks at it. */
    void moveOn() {
        Tid known = storage.lastTransaction();
        connection.sync();
        assertThat(connection.before()).isGreaterThan(known);
        int now = (int) read("left");
        assertThat(object("left").serial().next()).isEqualTo(connection.before()); // each commit changes it
        assertThat(now).isGreaterThanOrEqualTo(number());
        seen(now);
    }

    /** Looks at the snapshot in which the reader is, in any order; what it loads may have been changed long since. */
    void look() {
        look(number());
    }

    /** Looks at the snapshot in which the reader is, which ought to be that of the commit {@code expected}. */
    void look(int expected) {
        int from = random.nextInt(3);
        for (int i = from; i < from + 3; i++) {
            switch (i % 3) {
                case 0 -> assertThat(read("left")).isEqualTo(expected);
                case 1 -> assertThat(read("right")).isEqualTo(-expected);
                default -> assertThat(read("rare")).isEqualTo(expected - expected % RARE);
            }
        }
    }

    /** Returns when there has been a commit after the snapshot in which the reader is. */
    synchronized void awaitCommit() throws InterruptedException {
        while (newest.compareTo(connection.before()) < 0) {
            wait();
        }
    }

    @Override
    public void close() {
        subscription.close();
        connection.close();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    private synchronized void committed(Tid tid) {
        newest = tid;
        notifyAll();
    }

    private synchronized void seen(int newNumber) {
        number = newNumber;
        notifyAll();
    }

    private long read(String name) {
        return (Long) Objects.requireNonNull(object(name).get("number"));
    }

    private PersistentMapping object(String name) {
        return (PersistentMapping) Objects.requireNonNull(root.get(name));
    }
}
