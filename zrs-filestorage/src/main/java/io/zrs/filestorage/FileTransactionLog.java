package io.zrs.filestorage;

import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a log that have been announced.
 *
 * <p>Threading: thread-safe.
 */
final class FileTransactionLog implements TransactionLog {
    private final OpenedLog log;
    private final RecordLoader loader;
    private final CommitAnnouncer announcer;
    private final Runnable checkOpen;

    FileTransactionLog(OpenedLog log, RecordLoader loader, CommitAnnouncer announcer, Runnable checkOpen) {
        this.log = log;
        this.loader = loader;
        this.announcer = announcer;
        this.checkOpen = checkOpen;
    }

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        checkOpen.run();
        long end = announcer.announced().end();
        long position = order == Order.OLDEST_FIRST ? log.finder().ceiling(start.value(), end) : after(start, end);
        return new LogCursor(log.file(), loader, order, position, end, checkOpen);
    }

    @Override
    public TransactionFollower follow(Tid after) {
        checkOpen.run();
        long end = announcer.announced().end();
        return new Follower(
                after, new LogCursor(log.file(), loader, Order.OLDEST_FIRST, after(after, end), end, checkOpen));
    }

    @Override
    public HistoryMatch matchHistory(Tid last) {
        checkOpen.run();
        View view = announcer.announced();
        if (last.equals(Tid.NONE)) {
            return HistoryMatch.SHARED;
        }
        if (last.compareTo(new Tid(view.lastTid())) > 0) {
            return HistoryMatch.AHEAD;
        }
        long offset = log.finder().ceiling(last.value(), view.end());
        if (offset == view.end()) {
            return HistoryMatch.FORKED;
        }
        ByteBuffer buffer = ByteBuffer.allocate(TransactionRecordHeader.BYTES);
        TransactionRecordHeader header = new LogReader(log.file(), buffer, view.end()).transaction(offset);
        if (header.tid() == last.value()) {
            return HistoryMatch.SHARED;
        }
        return header.status() == TransactionHeader.PACKED ? HistoryMatch.PACKED_AWAY : HistoryMatch.FORKED;
    }

    @Override
    public PickleDialect dialect() {
        return log.format().dialect();
    }

    /** Where the first transaction begins that is later than {@code tid}. */
    private long after(Tid tid, long end) {
        return tid.value() == -1 ? end : log.finder().ceiling(tid.value() + 1, end);
    }

    /** Threading: confined to one thread at a time. */
    private final class Follower implements TransactionFollower {
        private final Tid after;
        private final LogCursor cursor;
        private boolean hasPassed;

        Follower(Tid after, LogCursor cursor) {
            this.after = after;
            this.cursor = cursor;
        }

        @Override
        public @Nullable LogTransaction next() {
            cursor.advanceLimit(announcer.announced().end());
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
            announcer.wakeOnCommit(this, wakeUp);
        }

        @Override
        public void close() {
            announcer.forget(this);
            cursor.close();
        }
    }
}
