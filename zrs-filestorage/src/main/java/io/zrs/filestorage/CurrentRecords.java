package io.zrs.filestorage;

import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import org.jspecify.annotations.Nullable;

/**
 * The current records of a log, in the order of their oids.
 *
 * <p>Threading: thread-safe.
 */
final class CurrentRecords implements RecordIteration {
    private final CommitAnnouncer announcer;
    private final Runnable checkOpen;

    CurrentRecords(CommitAnnouncer announcer, Runnable checkOpen) {
        this.announcer = announcer;
        this.checkOpen = checkOpen;
    }

    @Override
    public RecordCursor iterateRecords(Oid start) {
        checkOpen.run();
        return new Cursor(start.value());
    }

    /** Knows only the oid that it has come to, so that nothing that happens to the log disturbs it. */
    private final class Cursor implements RecordCursor {
        private long next;
        private boolean ended;

        Cursor(long start) {
            this.next = start;
        }

        @Override
        public @Nullable DataRecord next() {
            checkOpen.run();
            while (!ended) {
                ObjectIndex.Cursor objects = announcer.loadable().log().index().from(next);
                if (!objects.next()) {
                    break;
                }
                next = objects.oid() + 1;
                ended = next == 0;
                DataRecord record =
                        announcer.reading(view -> view.log().loader().record(objects.oid(), view.end()));
                if (record != null) {
                    return record;
                }
            }
            ended = true;
            return null;
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
