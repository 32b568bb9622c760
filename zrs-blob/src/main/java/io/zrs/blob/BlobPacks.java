package io.zrs.blob;

import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs the base storage, and then removes the blobs of the revisions that are gone.
 *
 * <p>Before the pack takes effect they are listed in {@link RemovedBlobs}, durably; once it has, each is deleted that the base storage has no longer;
 * then the list is. Whoever finds a list does the same, whatever became of the pack that wrote it.
 *
 * <p>Threading: thread-safe; one pack at a time.
 */
final class BlobPacks {
    private static final Logger LOG = LoggerFactory.getLogger(BlobPacks.class);

    /** Directories are forced, and progress is reported, after that many blobs. */
    private static final int GROUP = 256;

    private final BlobDirectory directory;
    private final BlobDisk disk;
    private final BlobCommits commits;
    private final RemovedBlobs removed;
    private final ReentrantLock packing = new ReentrantLock();

    BlobPacks(BlobDirectory directory, BlobDisk disk, BlobCommits commits) {
        this.directory = directory;
        this.disk = disk;
        this.commits = commits;
        this.removed = new RemovedBlobs(directory, disk);
    }

    /** As {@link Packable#pack}; what cannot be removed afterwards is logged, and left to the next pack or opening. */
    PackResult pack(Packable base, Tid time, Garbage garbage, PackListener listener) {
        if (packing.isHeldByCurrentThread() || !packing.tryLock()) {
            throw new PackException("another pack is running in blob directory " + directory.root());
        }
        try {
            removeListed();
            Listing listing = new Listing(listener);
            boolean packed = false;
            try {
                PackResult result = commits.whilePlacingAtOnce(() -> base.pack(time, garbage, listing));
                packed = true;
                return result;
            } finally {
                cleanUp(listing, packed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove blobs that were packed away: " + e, e);
        } finally {
            packing.unlock();
        }
    }

    /** Does what a pack left undone that was cut short, if there was one. */
    void removeListed() throws IOException {
        if (removed.exists()) {
            long count = removeGone(PackListener.NONE, 0);
            removed.delete();
            LOG.info("{}: decided on {} blobs that a pack had left over", directory.root(), count);
        }
    }

    /** Waits for the end of a pack, if one is running on another thread. */
    @SuppressWarnings("LockNotBeforeTry") // nothing is done with it
    void await() {
        packing.lock();
        packing.unlock();
    }

    /** The records are packed, or they are not: what is left to do can be left to the next opening, and is no reason to report a failure. */
    private void cleanUp(Listing listing, boolean packed) {
        try {
            long count = listing.close();
            if (listing.switching) {
                removeGone(listing.listener, count);
            }
            if (packed || !listing.switching) {
                removed.delete();
            }
            // Else it is the next opening that knows which records are on disk.
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "{}: cannot remove all blobs that were packed away, the next pack or opening will: {}",
                    directory.root(),
                    e.toString());
        }
    }

    private long removeGone(PackListener listener, long total) throws IOException {
        Removal removal = new Removal(listener, total);
        if (removed.exists()) {
            removed.read(removal::remove);
        }
        removal.force();
        return removal.done;
    }

    /** Deletes files, a group at a time. */
    private final class Removal {
        private final PackListener listener;
        private final long total;
        private final Set<Path> changed = new LinkedHashSet<>();
        private long done;

        Removal(PackListener listener, long total) {
            this.listener = listener;
            this.total = total;
            report();
        }

        void remove(Oid oid, @Nullable Tid tid) throws IOException {
            List<BlobRevision> revisions = tid == null ? directory.revisions(oid) : List.of(new BlobRevision(oid, tid));
            for (BlobRevision revision : revisions) {
                commits.removeIfPackedAway(revision, changed);
                if (++done % GROUP == 0) {
                    force();
                }
            }
        }

        void force() throws IOException {
            disk.forceDirectories(changed);
            changed.clear();
            report();
        }

        private void report() {
            listener.progress(PackListener.Phase.CLEAN_UP, done, total);
        }
    }

    /** Lists what a pack removes, while it goes on. */
    private final class Listing implements PackListener {
        private final PackListener listener;
        private RemovedBlobs.@Nullable Writer writer;
        private boolean switching;

        Listing(PackListener listener) {
            this.listener = listener;
        }

        @Override
        public void progress(Phase phase, long done, long total) {
            if (phase != Phase.CLEAN_UP) { // That comes when this is at its end, and is counted in blobs.
                listener.progress(phase, done, total);
            }
        }

        @Override
        public void removesBlob(Oid oid, Tid tid) {
            try {
                if (writer == null) {
                    writer = removed.create();
                }
                writer.add(new BlobRevision(oid, tid));
            } catch (IOException e) {
                throw failure(e);
            }
            listener.removesBlob(oid, tid);
        }

        @Override
        public void beforeSwitch() {
            try {
                if (writer != null) {
                    writer.force();
                }
            } catch (IOException e) {
                throw failure(e);
            }
            listener.beforeSwitch();
            switching = true;
        }

        /** Ends the list; returns its length. */
        long close() throws IOException {
            if (writer == null) {
                return 0;
            }
            writer.close();
            return writer.count();
        }

        private RuntimeException failure(IOException e) {
            return e instanceof ClosedByInterruptException
                    ? new PackException("the pack was interrupted", e)
                    : new UncheckedIOException("cannot list the blobs to be removed: " + e, e);
        }
    }
}
