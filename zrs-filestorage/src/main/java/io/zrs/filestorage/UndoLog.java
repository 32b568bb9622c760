package io.zrs.filestorage;

import static com.google.common.base.Preconditions.checkArgument;

import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The transactions of a log that can be undone: those of status blank, back to the first one that was packed.
 *
 * <p>Threading: thread-safe. Source: ZODB, FileStorage {@code UndoSearch}; other than there, a first transaction that is empty counts.
 */
final class UndoLog implements Undoable {
    private final CommitAnnouncer announcer;
    private final LogWriter writer;
    private final Runnable checkOpen;

    UndoLog(CommitAnnouncer announcer, LogWriter writer, Runnable checkOpen) {
        this.announcer = announcer;
        this.writer = writer;
        this.checkOpen = checkOpen;
    }

    @Override
    public List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter) {
        checkArgument(first >= 0, "a number of transactions to leave out is not negative: %s", first);
        checkArgument(count >= 0, "a count is not negative: %s", count);
        checkOpen.run();
        View view = announcer.pinned();
        try {
            return undoInfo(first, count, filter, new HeaderWalk(view));
        } finally {
            view.log().unpin();
        }
    }

    @Override
    public UndoTransaction beginUndo(TransactionMetadata metadata) {
        return writer.beginUndo(metadata);
    }

    private static List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter, HeaderWalk walk) {
        List<UndoInfo> found = new ArrayList<>();
        int toSkip = first;
        while (found.size() < count && walk.next() && walk.header().status() != TransactionHeader.PACKED) {
            if (walk.header().status() != TransactionHeader.COMMITTED) {
                continue;
            }
            UndoInfo info = new UndoInfo(
                    new Tid(walk.header().tid()), walk.metadata(), walk.header().length());
            if (!filter.test(info)) {
                continue;
            }
            if (toSkip > 0) {
                toSkip--;
            } else {
                found.add(info);
            }
        }
        return List.copyOf(found);
    }
}
