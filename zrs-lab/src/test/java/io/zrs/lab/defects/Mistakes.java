package io.zrs.lab.defects;

import io.zrs.storage.Bytes;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionLog;
import org.jspecify.annotations.Nullable;

/** What rewritten methods call instead of the right thing. Public since they lie elsewhere. */
public final class Mistakes {
    private Mistakes() {}

    /** Takes any two things for equal. */
    @SuppressWarnings("unused")
    public static boolean areEqual(Bytes some, @Nullable Object others) {
        return true;
    }

    /** Passes over the first transaction of those that the other end lacks, unless it has nothing yet. */
    public static TransactionFollower followTooLate(TransactionLog log, Tid after) {
        TransactionFollower follower = log.follow(after);
        if (!after.equals(Tid.NONE)) {
            follower.next();
        }
        return follower;
    }
}
