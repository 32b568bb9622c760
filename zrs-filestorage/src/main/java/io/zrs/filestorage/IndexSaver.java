package io.zrs.filestorage;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the index of a storage when that is worth it. An index can be made again, so a failure is logged and nothing else.
 *
 * <p>Threading: needs outside synchronisation: opening, packing and closing exclude each other.
 */
final class IndexSaver {
    private static final Logger LOG = LoggerFactory.getLogger(IndexSaver.class);

    private final Path dataFile;
    private final LogFormat format;
    /** Where the part of the log ends that the index file is for, 0 if there is none. */
    private long savedEnd;

    /** Of the prepared index, 0 if there is none. */
    private long preparedEnd;

    IndexSaver(Path dataFile, LogFormat format, long savedEnd) {
        this.dataFile = dataFile;
        this.format = format;
        this.savedEnd = savedEnd;
    }

    /** Whether there is an index file, be it of an earlier end. */
    boolean isSaved() {
        return savedEnd != 0;
    }

    /** Saves the index of {@code view} unless the file that is there is just as good; nobody may write meanwhile. */
    void save(View view) {
        if (view.end() == savedEnd) {
            return;
        }
        prepare(view.log().index(), view.end());
        install();
    }

    /** Writes the index that describes a log up to {@code end} where no opening looks for it. */
    void prepare(ObjectIndex index, long end) {
        preparedEnd = 0;
        // ZODB cannot read an index without objects beside a log that is not empty.
        if (index.size() == 0) {
            return;
        }
        try {
            IndexFile.prepare(dataFile, index, end, format.dialect());
            preparedEnd = end;
        } catch (IOException | RuntimeException e) {
            warn(e);
        }
    }

    /** Deletes the index file, since it will not fit any more. */
    void delete() throws IOException {
        savedEnd = 0;
        IndexFile.delete(dataFile);
    }

    /** Puts the prepared index in place. */
    void install() {
        if (preparedEnd == 0) {
            return;
        }
        try {
            IndexFile.install(dataFile);
            savedEnd = preparedEnd;
        } catch (IOException | RuntimeException e) {
            warn(e);
        }
        preparedEnd = 0;
    }

    /** Deletes the prepared index. */
    void discard() {
        preparedEnd = 0;
        try {
            IndexFile.deleteLeftover(dataFile);
        } catch (IOException e) {
            LOG.warn("an index that is not needed cannot be deleted beside {}", dataFile, e);
        }
    }

    private void warn(Exception e) {
        LOG.warn("{} cannot be written; the next opening will scan {}", IndexFile.of(dataFile), dataFile, e);
    }
}
