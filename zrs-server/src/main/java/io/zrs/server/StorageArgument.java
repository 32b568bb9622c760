package io.zrs.server;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageFormat;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageUri;
import io.zrs.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A storage as a command line names it: by the path of its Data.fs, or by a URI. Threading: immutable.
 *
 * @param blobs the directory of its blobs, null if there are none, or the URI names it
 */
record StorageArgument(String text, @Nullable Path blobs) {
    /** Two letters at least: one is a drive. A path with a colon can be written with a slash in front of that. */
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private static final String FILE_SCHEME = "file";
    private static final String READ_ONLY = "read_only";

    /** Opens what is there now, to be read; a {@code file:} URI is taken to say {@code read_only=true}. */
    Storage openReadOnly() {
        if (blobs != null && !Files.isDirectory(blobs)) {
            throw new CommandFailure(
                    ExitCode.CANNOT_OPEN, blobs + (Files.exists(blobs) ? " is no directory" : " does not exist"));
        }
        return withBlobs(isUri() ? openUri(readOnlyUri()) : openFile(Path.of(text), options(Mode.READ_ONLY)));
    }

    /** Opens what is there, or makes it, to be written; an unfinished transaction at the end is dropped. */
    Storage openTarget() {
        return withBlobs(
                isUri()
                        ? openUri(text)
                        : openFile(
                                Path.of(text), options(Mode.CREATE_IF_MISSING).withCutTail(CutTail.DROP)));
    }

    /** Makes a data file, which must not be there. */
    static FileStorage create(Path file, @Nullable FileStorageFormat format) {
        return openFile(file, options(Mode.CREATE_NEW).withFormat(format));
    }

    private static FileStorage openFile(Path file, FileStorageOptions options) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new CommandFailure(ExitCode.CANNOT_OPEN, "the directory " + directory + " does not exist");
        }
        return FileStorage.open(file, options);
    }

    private static Storage openUri(String uri) {
        try {
            return Storages.open(uri);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private String readOnlyUri() {
        StorageUri uri;
        try {
            uri = StorageUri.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        if (!uri.scheme().equals(FILE_SCHEME) || uri.parameters().containsKey(READ_ONLY)) {
            return text;
        }
        return text + (text.contains("?") ? "&" : "?") + READ_ONLY + "=true";
    }

    private Storage withBlobs(Storage base) {
        if (blobs == null) {
            return base;
        }
        Storage opened = null;
        try {
            opened = BlobStorage.wrap(base, blobs);
            return opened;
        } finally {
            if (opened == null) {
                base.close();
            }
        }
    }

    private boolean isUri() {
        return URI.matcher(text).matches();
    }

    private static FileStorageOptions options(Mode mode) {
        return FileStorageOptions.of(Clock.systemUTC()).withMode(mode);
    }
}
