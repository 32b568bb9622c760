package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The log from one pack to the next: a file and what is known of it. A pack puts another one in its place, the file's name included.
 *
 * <p>Who reads a record or two reads without further ado and, if the file turns out to be closed, asks again for what is current. Who wants to go on
 * reading pins the file, which is then closed no earlier than at the last {@link #unpin}.
 *
 * <p>Threading: thread-safe.
 */
final class Generation {
    private final LogFile file;
    private final ObjectIndex index;
    private final TransactionFinder finder;
    private final RecordLoader loader;
    private final RevisionFinder revisions;
    /** One of them is that this generation is current. */
    private final AtomicInteger pins = new AtomicInteger(1);

    Generation(LogFile file, ObjectIndex index, TransactionFinder finder) {
        this.file = file;
        this.index = index;
        this.finder = finder;
        this.loader = new RecordLoader(file, index);
        this.revisions = new RevisionFinder(file, index, loader, finder);
    }

    LogFile file() {
        return file;
    }

    /** Of all finished transactions, also those that are not visible yet. */
    ObjectIndex index() {
        return index;
    }

    TransactionFinder finder() {
        return finder;
    }

    RecordLoader loader() {
        return loader;
    }

    RevisionFinder revisions() {
        return revisions;
    }

    /** The data of the revision {@code tid} among those before {@code end}. */
    byte[] loadSerial(Oid oid, Tid tid, long end) {
        long offset = loader.revision(oid, tid, end);
        if (offset == 0) {
            // A pack cuts the chain, though it may keep older revisions.
            offset = revisions.inTransaction(oid.value(), tid.value(), end);
        }
        if (offset == 0 || loader.header(offset, oid.value()).tid() != tid.value()) {
            throw new PosKeyException(oid, tid, "no such revision in " + file.name());
        }
        return loader.existing(offset, oid, tid);
    }

    /** Keeps the file open until {@link #unpin}; false if it is too late for that, because another generation is current. */
    boolean pin() {
        return pins.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
    }

    /** Takes a pin back, or says that another generation is current. */
    void unpin() {
        if (pins.decrementAndGet() == 0) {
            file.close();
        }
    }

    /** Whether nobody has or can get a pin any more. */
    boolean isClosed() {
        return pins.get() == 0;
    }
}
