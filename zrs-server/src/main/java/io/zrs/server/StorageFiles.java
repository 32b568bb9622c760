package io.zrs.server;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageFormat;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The files of a storage, as every command but {@code demo} takes them, and the ways to open them. */
final class StorageFiles {
    @Parameters(paramLabel = "FILE", description = "The Data.fs.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path file;

    @Option(names = "--blobs", paramLabel = "DIR", description = "The directory with its blobs.")
    private @Nullable Path blobs;

    /** The data file. */
    Path file() {
        return file;
    }

    /** The blob directory, null if there is none. */
    @Nullable
    Path blobs() {
        return blobs;
    }

    /** Opens what is there for reading and writing, with all conflict resolvers; a tail that is cut off is kept. */
    Storage openExisting() {
        checkBlobDirectory();
        return open(options().withMode(Mode.READ_WRITE).withConflictResolver(ConflictResolver.installed()));
    }

    /**
     * Opens what is there, or makes it, for a secondary: a tail that is cut off is dropped, for the primary has it.
     *
     * @param format of a new file, null for that of the stream
     */
    Storage openFollower(@Nullable FileStorageFormat format) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new CommandFailure(ExitCode.CANNOT_OPEN, "the directory " + directory + " does not exist");
        }
        return open(options().withFormat(format).withCutTail(CutTail.DROP));
    }

    /** Opens what is there now, without keeping a writer out or being kept out by one. */
    Storage openReadOnly() {
        checkBlobDirectory();
        return open(options().withMode(Mode.READ_ONLY));
    }

    /**
     * Refuses a directory that is not there, for a mistyped one would look like one that has lost all blobs.
     *
     * @throws CommandFailure if there is none
     */
    void checkBlobDirectory() {
        if (blobs != null && !Files.isDirectory(blobs)) {
            throw new CommandFailure(
                    ExitCode.CANNOT_OPEN, blobs + (Files.exists(blobs) ? " is no directory" : " does not exist"));
        }
    }

    private Storage open(FileStorageOptions options) {
        FileStorage base = FileStorage.open(file, options);
        if (blobs == null) {
            return base;
        }
        Storage opened = null;
        try {
            opened = BlobStorage.wrap(base, blobs, ForceThreads.create());
            return opened;
        } finally {
            if (opened == null) {
                base.close();
            }
        }
    }

    private static FileStorageOptions options() {
        return FileStorageOptions.of(Clock.systemUTC());
    }
}
