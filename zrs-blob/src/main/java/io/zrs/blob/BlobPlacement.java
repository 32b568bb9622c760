package io.zrs.blob;

import io.zrs.blob.UncommittedBlob.Progress;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Moves blobs to their final names and back out of the way, so that after a crash at any instant the temporary directory tells what is
 * to be cleaned up.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class BlobPlacement {
    private final BlobDirectory directory;
    private final BlobDisk disk;
    private final Storage base;
    private final GroupForce groupForce;

    BlobPlacement(BlobDirectory directory, BlobDisk disk, Storage base, GroupForce groupForce) {
        this.directory = directory;
        this.disk = disk;
        this.base = base;
        this.groupForce = groupForce;
    }

    /**
     * Gives blobs their final names and makes bytes, names and new directories durable, with one force for each file, then one for each
     * distinct directory. Blobs that are placed already are left alone.
     */
    void place(Collection<UncommittedBlob> blobs) throws IOException {
        List<UncommittedBlob> unplaced = new ArrayList<>();
        for (UncommittedBlob blob : blobs) {
            if (blob.progress() == Progress.TEMPORARY && !dropIfCommitted(blob)) {
                unplaced.add(blob);
            }
        }
        if (unplaced.isEmpty()) {
            return;
        }
        for (UncommittedBlob blob : unplaced) {
            blob.progress(Progress.PLACING);
            disk.create(blob.marker()).close();
        }
        disk.forceDirectory(directory.temporaryDirectory());
        Set<Path> changed = new LinkedHashSet<>();
        for (UncommittedBlob blob : unplaced) {
            move(blob, changed);
        }
        groupForce.run(unplaced, blob -> disk.force(blob.file()));
        groupForce.run(List.copyOf(changed), disk::forceDirectory);
        unplaced.forEach(blob -> blob.progress(Progress.PLACED));
    }

    /** Removes every trace of blobs whose transactions will never be. */
    void remove(Collection<UncommittedBlob> blobs) throws IOException {
        Set<Path> changed = new LinkedHashSet<>();
        for (UncommittedBlob blob : blobs) {
            disk.delete(blob.data());
            if (blob.progress() != Progress.TEMPORARY) {
                disk.deleteWithEmptyDirectories(blob.file(), directory.root(), changed);
            }
        }
        disk.forceDirectories(changed);
        for (UncommittedBlob blob : blobs) {
            disk.delete(blob.marker());
        }
    }

    /** Whether the base storage has, durable and visible, the transaction that wrote a revision. */
    boolean isCommitted(BlobRevision revision) {
        try {
            base.loadSerial(revision.oid(), revision.tid());
            return true;
        } catch (PosKeyException e) {
            return false;
        }
    }

    /**
     * Whether the base storage has gone past a revision and does not have it any more. One that is newer than all it has cannot have been packed away:
     * the base storage may be another one, or an old copy.
     */
    boolean isPackedAway(BlobRevision revision) {
        return revision.tid().compareTo(base.lastTransaction()) <= 0 && !isCommitted(revision);
    }

    /** What is committed is never replaced: a transaction that brings such a revision once more may still be aborted. */
    private boolean dropIfCommitted(UncommittedBlob blob) throws IOException {
        if (!Files.exists(blob.file()) || !isCommitted(blob.revision())) {
            return false;
        }
        disk.delete(blob.data());
        blob.progress(Progress.PLACED);
        blob.handOver();
        return true;
    }

    /**
     * Moves the bytes of a blob to their final name; they are still to be forced there.
     *
     * @param changed gets the directories that are to be forced for the name to be durable
     */
    void move(UncommittedBlob blob, Set<Path> changed) throws IOException {
        Path parent = blob.file().getParent();
        if (parent == null) {
            throw new AssertionError("not under a blob directory: " + blob.file());
        }
        disk.createDirectories(parent, changed);
        disk.move(blob.data(), blob.file());
        // After the move, which may have copied.
        disk.protect(blob.file());
        changed.add(parent);
    }
}
