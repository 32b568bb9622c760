package io.zrs.filestorage;

import static com.google.common.base.Preconditions.checkArgument;

import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The revisions of an object, found along the pointers from each record to the one before. A pack cuts them.
 *
 * <p>Threading: thread-safe. Source: ZODB, FileStorage {@code history}.
 */
final class ObjectHistory implements HistoryCapable {
    private static final int READ_BYTES = 1 << 9;

    private final CommitAnnouncer announcer;
    private final Runnable checkOpen;

    ObjectHistory(CommitAnnouncer announcer, Runnable checkOpen) {
        this.announcer = announcer;
        this.checkOpen = checkOpen;
    }

    @Override
    public List<HistoryEntry> history(Oid oid, int count) {
        checkArgument(count >= 0, "a count is not negative: %s", count);
        checkOpen.run();
        return announcer.reading(view -> history(oid, count, view));
    }

    private static List<HistoryEntry> history(Oid oid, int count, View view) {
        RecordLoader loader = view.log().loader();
        LogReader transactions = new LogReader(view.log().file(), ByteBuffer.allocate(READ_BYTES), view.end());
        List<HistoryEntry> history = new ArrayList<>();
        long offset = loader.current(oid, null, view.end());
        while (offset != 0 && history.size() < count) {
            DataRecordHeader record = loader.header(offset, oid.value());
            history.add(new HistoryEntry(new Tid(record.tid()), metadata(transactions, record), record.dataSize()));
            offset = loader.previous(offset, record);
        }
        return List.copyOf(history);
    }

    private static TransactionMetadata metadata(LogReader transactions, DataRecordHeader record) {
        long offset = record.transactionOffset();
        return transactions.metadata(offset, LogStructure.transaction(transactions, offset));
    }
}
