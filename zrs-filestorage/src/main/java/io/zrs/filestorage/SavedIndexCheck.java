package io.zrs.filestorage;

import io.zrs.storage.Oid;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Compares the saved index with the one that the data file gives, at the place in the file for which it was saved.
 *
 * <p>Threading: confined to one thread.
 */
final class SavedIndexCheck {
    private static final int DIFFERENCES_LISTED_MAX = 10;

    private final IndexFile.@Nullable Loaded saved;
    private final VerifierReport report;
    private boolean compared;
    private long differences;

    private SavedIndexCheck(IndexFile.@Nullable Loaded saved, VerifierReport report) {
        this.saved = saved;
        this.report = report;
    }

    /** Reads the saved index, if there is one. */
    static SavedIndexCheck of(Path dataFile, VerifierReport report) {
        try {
            return new SavedIndexCheck(IndexFile.readOrThrow(dataFile), report);
        } catch (UnusableIndexException e) {
            report.finding(0, "the saved index cannot be used: " + e.getMessage());
            return new SavedIndexCheck(null, report);
        }
    }

    /** Compares, if the index was saved when the file ended at {@code offset}. */
    void passing(long offset, ObjectIndex actual) {
        if (saved != null && saved.position() == offset && !compared) {
            compared = true;
            compare(offset, saved.index(), actual);
        }
    }

    /** Says so if the index was saved for another end of the file than {@code end}. */
    void finish(long end) {
        if (saved != null && !compared) {
            report.finding(
                    end, "the saved index is for " + saved.position() + " bytes, where no transaction ends or is met");
        } else if (saved != null && saved.position() < end) {
            report.note(
                    saved.position(),
                    "the saved index is older than the file: it knows nothing of the last " + (end - saved.position())
                            + " bytes");
        }
    }

    private void compare(long offset, ObjectIndex expected, ObjectIndex actual) {
        ObjectIndex.Cursor saved = expected.from(0);
        ObjectIndex.Cursor found = actual.from(0);
        boolean moreSaved = saved.next();
        boolean moreFound = found.next();
        while (moreSaved || moreFound) {
            int order = !moreSaved ? 1 : !moreFound ? -1 : Long.compareUnsigned(saved.oid(), found.oid());
            if (order < 0) {
                differ(saved.position(), "oid " + new Oid(saved.oid()) + ", which is not in the file");
            } else if (order > 0) {
                differ(found.position(), "nothing of oid " + new Oid(found.oid()));
            } else if (saved.position() != found.position()) {
                differ(
                        found.position(),
                        "oid " + new Oid(found.oid()) + " at " + saved.position() + ", not " + found.position());
            }
            moreSaved = order <= 0 ? saved.next() : moreSaved;
            moreFound = order >= 0 ? found.next() : moreFound;
        }
        if (differences > DIFFERENCES_LISTED_MAX) {
            report.finding(offset, "the saved index differs for " + differences + " objects in all");
        }
    }

    private void differ(long offset, String what) {
        if (differences++ < DIFFERENCES_LISTED_MAX) {
            report.finding(offset, "the saved index has " + what);
        }
    }
}
