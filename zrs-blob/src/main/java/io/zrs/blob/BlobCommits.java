package io.zrs.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps blobs ahead of their records: whatever makes a transaction durable in the base storage comes through here, and finds all blobs
 * of that transaction durable.
 *
 * <p>Threading: thread-safe. One lock, which only writers take; they hold it while blobs go to their places, because whoever commits must
 * wait for just that, and not while the base storage commits.
 */
final class BlobCommits {
    private static final Logger LOG = LoggerFactory.getLogger(BlobCommits.class);

    private final BlobDirectory directory;
    private final BlobDisk disk;
    private final BlobPlacement placement;
    private final AtomicLong lastNumber = new AtomicLong();

    /** Blobs that may have their final names already. */
    private final Map<BlobRevision, UncommittedBlob> uncommitted = new ConcurrentHashMap<>();

    private final Set<TransactionBlobs> open = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();

    /** Blobs of transactions that are queued in the base storage for its next commit. */
    @GuardedBy("lock")
    private List<UncommittedBlob> queued = new ArrayList<>();

    /** Revisions that a pack removed as soon as they were visible, when their commit was not at its end. */
    @GuardedBy("lock")
    private final Set<BlobRevision> packedEarly = new HashSet<>();

    /** Threads on their way to a commit of the base storage, which may take along any transaction queued meanwhile. */
    @GuardedBy("lock")
    private int committing;

    @GuardedBy("lock")
    private boolean failed;

    BlobCommits(BlobDirectory directory, BlobDisk disk, BlobPlacement placement) {
        this.directory = directory;
        this.disk = disk;
        this.placement = placement;
    }

    /** Whether a file with the final name of a revision may be there although its transaction is not committed. */
    boolean isUncommitted(BlobRevision revision) {
        return uncommitted.containsKey(revision) && !placement.isCommitted(revision);
    }

    /** Begins to keep the blobs of a transaction. */
    TransactionBlobs begin() {
        TransactionBlobs transaction = new TransactionBlobs(this);
        open.add(transaction);
        return transaction;
    }

    /** No longer to be aborted by {@link #abortOpenTransactions}. */
    void ended(TransactionBlobs transaction) {
        open.remove(transaction);
    }

    /** Leaves nothing of the blobs of transactions that are not finished. */
    void abortOpenTransactions() {
        List.copyOf(open).forEach(TransactionBlobs::abort);
    }

    /** A blob that has no files yet. */
    UncommittedBlob create(Oid oid, Tid tid) {
        return new UncommittedBlob(directory, new BlobRevision(oid, tid), lastNumber.incrementAndGet());
    }

    /** Creates the temporary file of a blob. */
    FileChannel openData(UncommittedBlob blob) {
        try {
            return disk.create(blob.data());
        } catch (IOException e) {
            throw failure("cannot create the temporary file of blob " + blob.revision(), e);
        }
    }

    /** Makes {@code file} the temporary file of a blob. */
    void takeData(UncommittedBlob blob, Path file) {
        try {
            disk.move(file, blob.data());
        } catch (IOException e) {
            throw failure("cannot take over the file of blob " + blob.revision(), e);
        }
    }

    /**
     * Makes a copy of the bytes of {@code source} the temporary file of a blob.
     *
     * @throws PosKeyException if {@code source} has no file
     */
    void copyData(UncommittedBlob blob, BlobRevision source) {
        Path file = directory.path(source.oid(), source.tid());
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = disk.create(blob.data())) {
            long size = from.size();
            long copied = 0;
            while (copied < size) {
                copied += from.transferTo(copied, size - copied, to);
            }
        } catch (NoSuchFileException e) {
            throw directory.noBlobFile(source);
        } catch (IOException e) {
            throw failure("cannot copy blob " + source, e);
        }
    }

    /** Throws if blobs of finished transactions could not be made durable: nothing may be committed after them. */
    void checkWritable() {
        synchronized (lock) {
            checkNotFailed();
        }
    }

    /** Whether the base storage has finished transactions that it must never make durable, for want of their blobs. */
    boolean hasFailed() {
        synchronized (lock) {
            return failed;
        }
    }

    /** Whether there are finished transactions with blobs that wait for a commit. */
    boolean hasQueued() {
        synchronized (lock) {
            return !queued.isEmpty();
        }
    }

    /** Makes blobs durable under their final names, ahead of their transaction. */
    void place(Collection<UncommittedBlob> blobs) {
        if (blobs.isEmpty()) {
            return;
        }
        synchronized (lock) {
            checkNotFailed();
            placeLocked(blobs);
        }
    }

    /**
     * Queues a transaction that the next {@link #commit} makes durable.
     *
     * @param finish queues it in the base storage, without waiting for a disk
     */
    void queue(Collection<UncommittedBlob> blobs, Runnable finish) {
        if (blobs.isEmpty()) {
            finish.run();
            return;
        }
        synchronized (lock) {
            checkNotFailed();
            if (committing > 0) {
                placeLocked(blobs);
            }
            finish.run();
            blobs.forEach(UncommittedBlob::handOver);
            queued.addAll(blobs);
        }
    }

    /**
     * Makes the blobs of all queued transactions durable, then commits.
     *
     * @param own blobs of the transaction that {@code commit} finishes; they are placed already
     * @param commit makes every transaction durable that was queued before this call, with others or not
     * @throws UncheckedIOException if the blobs of a queued transaction cannot be made durable; {@code commit} has not run then, nothing can
     *     be committed any more, and {@code own} can still be discarded
     */
    void commit(Collection<UncommittedBlob> own, Runnable commit) {
        List<UncommittedBlob> group = startCommit(own);
        try {
            commit.run();
        } finally {
            synchronized (lock) {
                committing--;
            }
        }
        settle(group);
    }

    /**
     * Does something that may make durable, at any instant, whatever transactions are finished by then: their blobs always are so before.
     *
     * @throws UncheckedIOException if the blobs of a queued transaction cannot be made durable; {@code action} has not run then, and nothing
     *     can be committed any more
     */
    <T> T whilePlacingAtOnce(Supplier<T> action) {
        synchronized (lock) {
            placeQueued();
            committing++;
        }
        try {
            return action.get();
        } finally {
            synchronized (lock) {
                committing--;
            }
        }
    }

    /**
     * Deletes the file of a revision if it is packed away; later, if a transaction brings that revision whose fate is not known here yet.
     *
     * @param changed gets each directory that lost a name
     */
    void removeIfPackedAway(BlobRevision revision, Set<Path> changed) throws IOException {
        synchronized (lock) {
            if (uncommitted.containsKey(revision)) {
                packedEarly.add(revision);
            } else if (placement.isPackedAway(revision)) {
                Path file = directory.path(revision.oid(), revision.tid());
                disk.deleteWithEmptyDirectories(file, directory.root(), changed);
            }
        }
    }

    /** Removes every trace of blobs whose transaction is aborted; those whose fate is the base storage's stay. */
    void discard(Collection<UncommittedBlob> blobs) {
        if (blobs.isEmpty()) {
            return;
        }
        synchronized (lock) {
            List<UncommittedBlob> aborted =
                    blobs.stream().filter(blob -> !blob.isHandedOver()).toList();
            try {
                placement.remove(aborted);
            } catch (IOException e) {
                throw failure("cannot remove the files of aborted blobs; the next opening will", e);
            }
            aborted.forEach(blob -> {
                uncommitted.remove(blob.revision(), blob);
                packedEarly.remove(blob.revision());
            });
        }
    }

    private List<UncommittedBlob> startCommit(Collection<UncommittedBlob> own) {
        synchronized (lock) {
            placeQueued();
            committing++;
            List<UncommittedBlob> group = queued;
            queued = new ArrayList<>();
            own.forEach(UncommittedBlob::handOver);
            group.addAll(own);
            return group;
        }
    }

    /** The transactions are durable: what is left to do can be left to the next opening, and is no reason to report a failure. */
    private void settle(List<UncommittedBlob> group) {
        for (UncommittedBlob blob : group) {
            try {
                settle(blob);
                disk.delete(blob.marker());
            } catch (IOException e) {
                LOG.warn("cannot delete {}, the next opening will: {}", blob.marker(), e.toString());
            }
        }
    }

    private void settle(UncommittedBlob blob) throws IOException {
        Set<Path> changed = new LinkedHashSet<>();
        synchronized (lock) {
            uncommitted.remove(blob.revision(), blob);
            if (packedEarly.remove(blob.revision())) {
                removeIfPackedAway(blob.revision(), changed);
            }
        }
        disk.forceDirectories(changed);
    }

    @GuardedBy("lock")
    private void placeQueued() {
        checkNotFailed();
        // Whatever the exception: unless this succeeds, the queued transactions must not become durable.
        failed = true;
        placeLocked(queued);
        failed = false;
    }

    @GuardedBy("lock")
    private void placeLocked(Collection<UncommittedBlob> blobs) {
        blobs.forEach(blob -> uncommitted.put(blob.revision(), blob));
        try {
            placement.place(blobs);
        } catch (IOException e) {
            throw failure("cannot make blobs durable", e);
        }
    }

    @GuardedBy("lock")
    private void checkNotFailed() {
        if (failed) {
            throw new StorageException("blob directory " + directory.root()
                    + " takes no more writes since blobs could not be made durable; the storage must be opened again");
        }
    }

    private UncheckedIOException failure(String what, IOException cause) {
        return new UncheckedIOException(what + " in blob directory " + directory.root() + ": " + cause, cause);
    }
}
