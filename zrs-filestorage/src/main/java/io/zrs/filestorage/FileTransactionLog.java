package io.zrs.filestorage;

import static com.google.common.base.Preconditions.checkArgument;

import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Invalidation;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a log that have been announced.
 *
 * <p>Threading: thread-safe.
 */
final class FileTransactionLog implements TransactionLog {
    private final CommitAnnouncer announcer;
    private final LogFormat format;
    private final Runnable checkOpen;

    FileTransactionLog(CommitAnnouncer announcer, LogFormat format, Runnable checkOpen) {
        this.announcer = announcer;
        this.format = format;
        this.checkOpen = checkOpen;
    }

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        checkOpen.run();
        return LogCursor.iterate(announcer, start, order, checkOpen);
    }

    @Override
    public TransactionFollower follow(Tid after) {
        checkOpen.run();
        return new Follower(after, LogCursor.follow(announcer, after, checkOpen));
    }

    @Override
    public HistoryMatch matchHistory(Tid last) {
        checkOpen.run();
        View view = announcer.pinned();
        try {
            return matchHistory(last, view);
        } finally {
            view.log().unpin();
        }
    }

    @Override
    public List<Invalidation> lastInvalidations(int count) {
        checkArgument(count >= 0, "a count is not negative: %s", count);
        checkOpen.run();
        View view = announcer.pinned();
        try {
            return lastInvalidations(count, view);
        } finally {
            view.log().unpin();
        }
    }

    @Override
    public PickleDialect dialect() {
        return format.dialect();
    }

    private static HistoryMatch matchHistory(Tid last, View view) {
        if (last.equals(Tid.NONE)) {
            return HistoryMatch.SHARED;
        }
        if (last.compareTo(new Tid(view.lastTid())) > 0) {
            return HistoryMatch.AHEAD;
        }
        long offset = view.log().finder().ceiling(last.value(), view.end());
        if (offset == view.end()) {
            return HistoryMatch.FORKED;
        }
        ByteBuffer buffer = ByteBuffer.allocate(TransactionRecordHeader.BYTES);
        TransactionRecordHeader header = new LogReader(view.log().file(), buffer, view.end()).transaction(offset);
        if (header.tid() == last.value()) {
            return HistoryMatch.SHARED;
        }
        return header.status() == TransactionHeader.PACKED ? HistoryMatch.PACKED_AWAY : HistoryMatch.FORKED;
    }

    private static List<Invalidation> lastInvalidations(int count, View view) {
        HeaderWalk walk = new HeaderWalk(view);
        List<Invalidation> newest = new ArrayList<>();
        while (newest.size() < count && walk.next()) {
            if (walk.header().status() != TransactionRecordHeader.UNDONE) {
                newest.add(new Invalidation(new Tid(walk.header().tid()), walk.oids()));
            }
        }
        Collections.reverse(newest);
        return List.copyOf(newest);
    }

    /** Threading: confined to one thread at a time. */
    private final class Follower implements TransactionFollower {
        private final Tid after;
        private final LogCursor cursor;
        private final long waiter = announcer.newWaiter();
        private boolean hasPassed;

        Follower(Tid after, LogCursor cursor) {
            this.after = after;
            this.cursor = cursor;
        }

        @Override
        public @Nullable LogTransaction next() {
            LogTransaction next = cursor.next();
            // A follower may have begun ahead of this log.
            while (next != null && !hasPassed && next.header().tid().compareTo(after) <= 0) {
                next = cursor.next();
            }
            hasPassed |= next != null;
            return next;
        }

        @Override
        public void onCommit(Runnable wakeUp) {
            announcer.wakeOnCommit(waiter, wakeUp);
        }

        @Override
        public void close() {
            announcer.forget(waiter);
            cursor.close();
        }
    }
}
