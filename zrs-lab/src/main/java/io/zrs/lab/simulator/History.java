package io.zrs.lab.simulator;

import io.zrs.storage.Tid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All transactions that somebody has tried to commit. Threading: confined to one thread at a time. */
final class History {
    private final Commit nothing = Commit.nothing();
    private final Map<Tid, Commit> commits = new HashMap<>();

    History() {
        commits.put(Tid.NONE, nothing);
    }

    /** Before everything. */
    Commit nothing() {
        return nothing;
    }

    /** The transaction with that tid, null if nobody tried to commit such a one. */
    @Nullable
    Commit find(Tid tid) {
        return commits.get(tid);
    }

    /** Takes up one that is about to be committed. */
    void add(Commit commit) {
        Commit before = commits.put(commit.tid(), commit);
        if (before != null && before.isAcknowledged()) {
            throw new Violation("two transactions have the tid " + commit.tid());
        }
    }
}
