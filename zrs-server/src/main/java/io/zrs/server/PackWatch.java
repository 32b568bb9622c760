package io.zrs.server;

import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Watches a pack: shows how far it is, counts blobs, and ends it when the command is to stop.
 *
 * <p>Threading: confined to the packing thread.
 */
final class PackWatch implements PackListener {
    private final Path file;
    private final boolean hasBlobDirectory;
    private final StopSignal stop;
    private final Progress progress;
    private long removedBlobCount;

    /**
     * For one pack.
     *
     * @param hasBlobDirectory whether somebody removes the files of blobs
     */
    PackWatch(Path file, boolean hasBlobDirectory, StopSignal stop, Progress progress) {
        this.file = file;
        this.hasBlobDirectory = hasBlobDirectory;
        this.stop = stop;
        this.progress = progress;
    }

    /** Number of blob revisions that the pack removes. */
    long removedBlobCount() {
        return removedBlobCount;
    }

    @Override
    public void progress(Phase phase, long done, long total) {
        switch (phase) {
            case MARK -> {
                checkStop();
                progress.show("finding what stays", done, total, Quantities.count(total, "object"));
            }
            case COPY -> {
                checkStop();
                progress.show("copying what stays", done, total);
            }
            case CLEAN_UP -> progress.show("cleaning up", done, total, Quantities.count(total));
        }
    }

    @Override
    public void removesBlob(Oid oid, Tid tid) {
        removedBlobCount++;
    }

    @Override
    public void beforeSwitch() {
        checkStop();
        if (!hasBlobDirectory && removedBlobCount > 0) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    String.format(
                            Locale.ROOT,
                            "%s is as it was: the pack would remove %s, whose files would be left; say by --blobs where"
                                    + " they are",
                            file,
                            Quantities.count(removedBlobCount, "blob")));
        }
    }

    private void checkStop() {
        if (stop.isRequested()) {
            throw new CommandFailure(ExitCode.STOPPED, "stopped; " + file + " is as it was");
        }
    }
}
