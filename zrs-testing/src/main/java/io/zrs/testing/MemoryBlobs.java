package io.zrs.testing;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of blobs, all in one directory, each under a name of its own. Which file belongs to a revision is known by that revision alone; so a blob
 * is there when its revision is, and no file has to be renamed for that.
 *
 * <p>Threading: thread-safe. A disk that fails shows as {@link UncheckedIOException}.
 */
final class MemoryBlobs implements BlobCapable {
    private static final String SUFFIX = ".blob";
    private static final String TEMPORARY = "tmp";

    private final Path directory;
    private final MemoryHistory history;

    private MemoryBlobs(Path directory, MemoryHistory history) {
        this.directory = directory;
        this.history = history;
    }

    /** Makes what is missing of the directory, and deletes the blobs that are in no revision. */
    static MemoryBlobs open(Path directory, MemoryHistory history) {
        MemoryBlobs blobs = new MemoryBlobs(directory, history);
        Set<Path> known = history.blobs();
        try {
            Files.createDirectories(blobs.temporary());
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().endsWith(SUFFIX) && !known.contains(file))
                        .forEach(MemoryBlobs::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open blob directory " + directory, e);
        }
        return blobs;
    }

    @Override
    public Path loadBlob(Oid oid, Tid tid) {
        Path file = history.revision(oid, tid).blob();
        if (file == null) {
            throw new PosKeyException(oid, tid, "No blob file");
        }
        return file;
    }

    @Override
    public SeekableByteChannel openBlob(Oid oid, Tid tid) {
        Path file = loadBlob(oid, tid);
        try {
            return Files.newByteChannel(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public Path temporaryDirectory() {
        history.checkOpen();
        return temporary();
    }

    private Path temporary() {
        return directory.resolve(TEMPORARY);
    }

    /** A new, empty file. */
    Path create(Oid oid, Tid tid) {
        try {
            return Files.createTempFile(directory, oid.toHex() + "-" + tid.toHex() + "-", SUFFIX);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write blob " + oid, e);
        }
    }

    /** Makes {@code source} the bytes of {@code blob}; it is not there any more. */
    static void move(Path source, Path blob) {
        try {
            Files.move(source, blob, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take over " + source + " as " + blob, e);
        }
    }

    static void copy(Path source, Path blob) {
        try {
            Files.copy(source, blob, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + source + " as " + blob, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
