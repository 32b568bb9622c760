package io.zrs.database;

import com.google.common.primitives.ImmutableLongArray;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.CommitListener;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ObjLongConsumer;

/**
 * Which objects the newest transactions have changed, so that a connection that moves on knows what to load again.
 *
 * <p>Of old transactions it forgets what they changed, and of large ones it never knows; a connection that would need it drops all it has.
 *
 * <p>Threading: thread-safe. Of the storage, only {@link Storage#lastTransaction} is called with the lock held.
 */
final class Invalidations implements CommitListener {
    /** Kept, with one more for each transaction: about 1 MiB. */
    static final int OIDS_MAX = 1 << 17;

    private final Storage storage;

    @GuardedBy("this")
    private final Deque<Changes> newest = new ArrayDeque<>();

    @GuardedBy("this")
    private int weight;

    /** From here on nothing is missing in {@link #newest}; before the first call there may be transactions that nobody told of. */
    @GuardedBy("this")
    private Tid completeFrom = Tid.MAX;

    @GuardedBy("this")
    private Tid last = Tid.NONE;

    /** What one transaction changed. */
    private record Changes(Tid tid, ImmutableLongArray oids) {
        private int weight() {
            return oids.length() + 1;
        }
    }

    /**
     * Where a snapshot has moved.
     *
     * @param before the bound for {@code loadBefore} that shows everything committed up to now
     * @param isComplete whether all changed objects were named
     */
    record Move(Tid before, boolean isComplete) {}

    Invalidations(Storage storage) {
        this.storage = storage;
    }

    @Override
    public void committed(CommittedTransaction transaction) {
        ImmutableLongArray.Builder oids = ImmutableLongArray.builder();
        int count = 0;
        boolean complete = false;
        try {
            for (Oid oid : transaction.oids()) {
                if (count++ == OIDS_MAX) {
                    break;
                }
                oids.add(oid.value());
            }
            complete = count <= OIDS_MAX;
        } finally {
            add(new Changes(transaction.tid(), oids.build()), complete);
        }
    }

    /** The bound for {@code loadBefore} that shows everything committed up to now. */
    synchronized Tid snapshot() {
        Tid committed = storage.lastTransaction();
        return (committed.compareTo(last) > 0 ? committed : last).next();
    }

    /**
     * Moves a snapshot to now.
     *
     * @param before its bound up to now
     * @param changed gets each object that is to be seen anew, with the transaction that changed it; not to be relied on unless the answer is
     *     complete
     */
    synchronized Move move(Tid before, ObjLongConsumer<Tid> changed) {
        Tid now = snapshot();
        if (before.compareTo(completeFrom) < 0) {
            return new Move(now, now.equals(before));
        }
        for (Changes changes : newest) {
            if (changes.tid.compareTo(before) >= 0) {
                changes.oids.forEach(oid -> changed.accept(changes.tid, oid));
            }
        }
        return new Move(now, true);
    }

    private synchronized void add(Changes changes, boolean complete) {
        last = changes.tid;
        if (completeFrom.equals(Tid.MAX)) {
            completeFrom = changes.tid;
        }
        newest.addLast(changes);
        weight += changes.weight();
        while (weight > OIDS_MAX || (!complete && !newest.isEmpty())) {
            Changes oldest = newest.removeFirst();
            weight -= oldest.weight();
            completeFrom = oldest.tid.next();
        }
    }
}
