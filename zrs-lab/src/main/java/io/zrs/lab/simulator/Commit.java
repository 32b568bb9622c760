package io.zrs.lab.simulator;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as the model knows it: what was committed on top of what. Those of all primaries form a tree.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Commit {
    private final @Nullable Commit parent;
    private final int depth;
    private final Tid tid;
    private final TransactionMetadata metadata;
    private final List<Revision> revisions;
    private final Map<Oid, Revision> state;

    /** Whether somebody has been told of it: from then on it must be there for ever. */
    private boolean acknowledged;

    private Commit(
            @Nullable Commit parent,
            Tid tid,
            TransactionMetadata metadata,
            List<Revision> revisions,
            Map<Oid, Revision> state) {
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.tid = tid;
        this.metadata = metadata;
        this.revisions = List.copyOf(revisions);
        this.state = state;
    }

    /** Before everything. */
    static Commit nothing() {
        return new Commit(null, Tid.NONE, TransactionMetadata.EMPTY, List.of(), Map.of());
    }

    /** A transaction after this one. */
    Commit next(Tid nextTid, TransactionMetadata nextMetadata, List<Revision> changes) {
        Map<Oid, Revision> next = new HashMap<>(state);
        changes.forEach(revision -> next.put(revision.oid(), revision));
        return new Commit(this, nextTid, nextMetadata, changes, next);
    }

    Tid tid() {
        return tid;
    }

    TransactionMetadata metadata() {
        return metadata;
    }

    /** The records, in their order. */
    List<Revision> revisions() {
        return revisions;
    }

    /** All objects that were ever stored, deleted ones included, as they are after this transaction. */
    Map<Oid, Revision> state() {
        return Collections.unmodifiableMap(state);
    }

    /** An object as it is after this transaction, null if it was never stored. */
    @Nullable
    Revision object(Oid oid) {
        return state.get(oid);
    }

    /** As {@link #object} before this transaction. */
    @Nullable
    Revision objectBefore(Oid oid) {
        return parent == null ? null : parent.object(oid);
    }

    /** Number of transactions before this one. */
    int depth() {
        return depth;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    void acknowledge() {
        for (Commit commit = this; commit != null && !commit.acknowledged; commit = commit.parent) {
            commit.acknowledged = true;
        }
    }

    /** Whether {@code later} is this transaction or comes after it in one history. */
    boolean isPartOf(Commit later) {
        return later.ancestor(depth) == this;
    }

    /** The newest transaction of this history that is not later than {@code time}. */
    Commit asOf(Tid time) {
        Commit commit = this;
        while (commit.parent != null && commit.tid.compareTo(time) > 0) {
            commit = commit.parent;
        }
        return commit;
    }

    /** The first transaction of this history that is not one of {@code other}'s; null if all are. */
    @Nullable
    Commit firstNotIn(Commit other) {
        Commit first = null;
        for (Commit commit = this; !commit.isPartOf(other); commit = Objects.requireNonNull(commit.parent)) {
            first = commit;
        }
        return first;
    }

    /** The whole history, oldest first. */
    List<Commit> history() {
        List<Commit> history = new ArrayList<>(depth);
        for (Commit commit = this; commit.parent != null; commit = commit.parent) {
            history.add(commit);
        }
        Collections.reverse(history);
        return history;
    }

    /** The objects that exist and hang together from the root, after this transaction. */
    Set<Oid> reachable() {
        Set<Oid> reachable = new LinkedHashSet<>();
        Deque<Oid> left = new ArrayDeque<>(List.of(Oid.ROOT));
        for (Oid oid = left.poll(); oid != null; oid = left.poll()) {
            Revision revision = state.get(oid);
            if (revision != null && revision.exists() && reachable.add(oid)) {
                left.addAll(revision.references());
            }
        }
        return reachable;
    }

    @Override
    public String toString() {
        return parent == null ? "nothing" : tid.toHex() + " (number " + depth + ")";
    }

    private @Nullable Commit ancestor(int ancestorDepth) {
        Commit commit = this;
        while (commit != null && commit.depth > ancestorDepth) {
            commit = commit.parent;
        }
        return commit;
    }
}
