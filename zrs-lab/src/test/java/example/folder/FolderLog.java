package example.folder;

import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions that have been announced: what a primary serves. */
final class FolderLog implements TransactionLog {
    private static final Tid END = new Tid(-1);

    private final History history;
    private final Runnable checkOpen;

    FolderLog(History history, Runnable checkOpen) {
        this.history = history;
        this.checkOpen = checkOpen;
    }

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        checkOpen.run();
        List<Commit> commits =
                new ArrayList<>(order == Order.OLDEST_FIRST ? history.log(start, END) : history.log(Tid.NONE, start));
        if (order == Order.NEWEST_FIRST) {
            Collections.reverse(commits);
        }
        return new Cursor(commits.iterator());
    }

    @Override
    public TransactionFollower follow(Tid after) {
        checkOpen.run();
        return new Follower(after);
    }

    @Override
    public HistoryMatch matchHistory(Tid last) {
        checkOpen.run();
        if (last.compareTo(history.lastTransaction()) > 0) {
            return HistoryMatch.AHEAD;
        }
        List<Commit> from = history.log(last, END);
        if (last.equals(Tid.NONE) || from.get(0).tid().equals(last)) {
            return HistoryMatch.SHARED;
        }
        // It never packs, but can be a copy of what was packed.
        return from.get(0).header().status() == TransactionHeader.PACKED
                ? HistoryMatch.PACKED_AWAY
                : HistoryMatch.FORKED;
    }

    @Override
    public PickleDialect dialect() {
        return history.dialect();
    }

    private record Cursor(Iterator<Commit> commits) implements TransactionCursor {
        @Override
        public @Nullable LogTransaction next() {
            return commits.hasNext() ? new Logged(commits.next()) : null;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private final class Follower implements TransactionFollower {
        private Tid position;

        Follower(Tid after) {
            position = after;
        }

        @Override
        public @Nullable LogTransaction next() {
            Commit next = history.after(position);
            if (next == null) {
                return null;
            }
            position = next.tid();
            return new Logged(next);
        }

        @Override
        public void onCommit(Runnable wakeUp) {
            history.wakeOnCommit(this, wakeUp);
        }

        @Override
        public void close() {
            history.forget(this);
        }
    }

    private static final class Logged implements LogTransaction {
        private final Commit commit;
        private final Iterator<DataRecord> records;

        Logged(Commit commit) {
            this.commit = commit;
            this.records = commit.records().iterator();
        }

        @Override
        public TransactionHeader header() {
            return commit.header();
        }

        @Override
        public @Nullable DataRecord nextRecord() {
            if (!records.hasNext()) {
                return null;
            }
            DataRecord record = records.next();
            byte[] data = record.data();
            return new DataRecord(record.oid(), record.tid(), data == null ? null : data.clone(), null);
        }
    }
}
