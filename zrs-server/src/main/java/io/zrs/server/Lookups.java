package io.zrs.server;

import io.zrs.database.Blob;
import io.zrs.database.Persistent;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what an object refers to, so that a line can say more of it than its class: at a bounded number of objects. Counts those that cannot be
 * read.
 *
 * <p>Threading: confined to one thread.
 */
final class Lookups {
    private static final int SUMMARY_CHARACTERS = 60;

    private final Optional<BlobCapable> blobs;
    private long left;
    private long faultCount;

    /**
     * Looks at {@code countMax} objects at most.
     *
     * @param blobs where the files of blobs are, if anybody knows
     */
    Lookups(Optional<BlobCapable> blobs, long countMax) {
        this.blobs = blobs;
        this.left = countMax;
    }

    /** What was found. */
    record Found(@Nullable String summary, @Nullable String error) {
        private static final Found NOTHING = new Found(null, null);

        /** What a line goes on with. */
        String text() {
            if (error != null) {
                return "  (" + error + ")";
            }
            return summary == null || summary.isEmpty() ? "" : "  " + summary;
        }
    }

    /**
     * The file of a blob.
     *
     * @param size in bytes
     */
    record BlobFile(Path path, long size) {}

    /** Whether something says where the files of blobs are. */
    boolean knowsBlobs() {
        return blobs.isPresent();
    }

    long faultCount() {
        return faultCount;
    }

    /** Counts something that cannot be read, and gives the text that says so. */
    String fault(StorageException e) {
        faultCount++;
        return FailureReport.text(e);
    }

    /** Looks at an object, unless that has been done often enough. */
    Found look(Persistent object) {
        if (left == 0) {
            return Found.NOTHING;
        }
        left--;
        try {
            return new Found(summary(object), null);
        } catch (StorageException e) {
            return new Found(null, fault(e));
        }
    }

    /** The file of a blob; nothing if it was never written, or is lost. */
    Optional<BlobFile> file(Blob blob) {
        try {
            Path path = blobs.orElseThrow().loadBlob(blob.oid().orElseThrow(), blob.serial());
            return Optional.of(new BlobFile(path, Files.size(path)));
        } catch (PosKeyException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the file of a blob", e);
        }
    }

    private String summary(Persistent object) {
        object.serial(); // loads it, so that its class is the one of its record
        if (!(object instanceof Blob blob)) {
            return OneLine.summary(object, SUMMARY_CHARACTERS);
        }
        if (!knowsBlobs()) {
            return "";
        }
        return file(blob).map(file -> Quantities.bytes(file.size())).orElse("no file");
    }
}
