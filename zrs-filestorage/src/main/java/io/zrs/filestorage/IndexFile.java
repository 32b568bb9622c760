package io.zrs.filestorage;

import io.zrs.storage.PickleDialect;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot of an {@link ObjectIndex} in {@code NAME.index}, beside the data file {@code NAME}. It saves a scan at the next opening and
 * can always be made again, so nothing that is wrong with it stops anybody.
 *
 * <p>Threading: thread-safe; one process at a time may write.
 */
final class IndexFile {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
    private static final String SUFFIX = ".index";
    private static final String TEMPORARY_SUFFIX = ".index.index_tmp";

    private IndexFile() {}

    /**
     * What an index file holds.
     *
     * @param position end of the part of the data file that {@code index} describes
     */
    record Loaded(ObjectIndex index, long position) {}

    /** {@code NAME.index}. */
    static Path of(Path dataFile) {
        return sibling(dataFile, SUFFIX);
    }

    /** Reads the index file, if there is a usable one; says in the log why not. Whether it fits the data file is not checked. */
    static @Nullable Loaded read(Path dataFile) {
        try {
            return readOrThrow(dataFile);
        } catch (UnusableIndexException e) {
            LOG.warn("{} is ignored: {}", of(dataFile), e.getMessage());
            return null;
        }
    }

    /**
     * Reads the index file.
     *
     * @return null if there is none
     * @throws UnusableIndexException if there is one that cannot be used
     */
    static @Nullable Loaded readOrThrow(Path dataFile) throws UnusableIndexException {
        try (FileChannel channel = FileChannel.open(of(dataFile), StandardOpenOption.READ)) {
            return new IndexFileReader(channel).read();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UnusableIndexException("it cannot be read: " + e, e);
        }
    }

    /**
     * Writes the index file in place of the one that is there. When this returns, the new one is on disk; if it fails, the old one is as it
     * was.
     *
     * @param index must not change meanwhile
     * @param position end of the part of the data file that {@code index} describes
     * @param dialect chooses the form, so that the Python that can read the data file can read its index
     */
    static void write(Path dataFile, ObjectIndex index, long position, PickleDialect dialect) throws IOException {
        prepare(dataFile, index, position, dialect);
        install(dataFile);
    }

    /** Writes what {@link #install} puts in place; otherwise as {@link #write}. */
    static void prepare(Path dataFile, ObjectIndex index, long position, PickleDialect dialect) throws IOException {
        Path temporary = sibling(dataFile, TEMPORARY_SUFFIX);
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                new IndexFileWriter(channel, dialect).write(index, position);
                channel.force(true);
            }
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    /** Puts the index file that is prepared in place of the one that is there. */
    static void install(Path dataFile) throws IOException {
        Path temporary = sibling(dataFile, TEMPORARY_SUFFIX);
        try {
            Files.move(temporary, of(dataFile), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        Directories.forceParent(dataFile);
    }

    /** Deletes the index file durably, before the data file is exchanged for one that it does not fit. */
    static void delete(Path dataFile) throws IOException {
        if (Files.deleteIfExists(of(dataFile))) {
            Directories.forceParent(dataFile);
        }
    }

    /** Deletes what a crash while writing may have left; only for those who may write. */
    static void deleteLeftover(Path dataFile) throws IOException {
        Files.deleteIfExists(sibling(dataFile, TEMPORARY_SUFFIX));
    }

    private static void deleteAfter(Exception failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static Path sibling(Path dataFile, String suffix) {
        return dataFile.resolveSibling(dataFile.getFileName() + suffix);
    }
}
