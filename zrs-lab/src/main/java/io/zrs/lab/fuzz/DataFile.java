package io.zrs.lab.fuzz;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.testing.disk.CrashingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * A data file in memory.
 *
 * <p>Threading: confined to one thread.
 */
final class DataFile implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final CrashingFileSystem files;
    private final Path path;

    private DataFile(CrashingFileSystem files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** A file with these bytes, without an index. */
    static DataFile create(byte[] content) throws IOException {
        CrashingFileSystem files = fileSystem();
        Path directory = Files.createDirectory(files.getPath("/data"));
        DataFile file = new DataFile(files, directory.resolve("Data.fs"));
        file.write(content);
        return file;
    }

    /** An empty file system. */
    static CrashingFileSystem fileSystem() {
        return CrashingFileSystem.create(0);
    }

    Path path() {
        return path;
    }

    /** Exchanges the file, and deletes the index. */
    void write(byte[] content) throws IOException {
        Files.write(path, content);
        Files.deleteIfExists(index());
    }

    byte[] read() throws IOException {
        return Files.readAllBytes(path);
    }

    /** Where the index lies, if there is one. */
    Path index() {
        return path.resolveSibling("Data.fs.index");
    }

    /** Opens the storage. */
    FileStorage open(Mode mode) {
        return FileStorage.open(
                path, FileStorageOptions.of(CLOCK).withLock(file -> () -> {}).withMode(mode));
    }

    /** Opens the storage, which must be possible, and asks it everything. */
    Answers answers(Mode mode) {
        try (FileStorage storage = open(mode)) {
            return Answers.of(storage);
        }
    }

    /** Fails if somebody has left a file open. */
    @Override
    public void close() throws IOException {
        Check.same("files left open", 0, files.openHandles());
        files.close();
    }
}
