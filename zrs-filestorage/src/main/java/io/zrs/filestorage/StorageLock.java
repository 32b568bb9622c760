package io.zrs.filestorage;

import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps all but one writer away from a data file.
 *
 * <p>Threading: thread-safe.
 */
@FunctionalInterface
public interface StorageLock {
    /**
     * Takes the lock at once or not at all.
     *
     * @param dataFile the file to guard; it need not exist, its directory must
     * @return holds the lock until it is closed or the process ends, in whatever way
     * @throws StorageLockedException if another storage, of this process or another one, has the lock
     * @throws StorageException if this lock cannot do here what it promises; nothing is locked
     */
    Held acquire(Path dataFile) throws IOException;

    /** A lock that is taken. Threading: thread-safe. */
    interface Held extends AutoCloseable {
        /** Frees the lock; again does nothing. */
        @Override
        void close() throws IOException;
    }

    /**
     * The lock to use: keeps Java and Python processes out, with both kinds of lock that a system knows ({@code fcntl} and {@code flock},
     * which do not see each other) on {@code NAME.lock}, where {@code NAME} is the data file. The lock file holds a blank, the process id and
     * a line feed, and is never deleted.
     *
     * <p>Needs JNA ({@code net.java.dev.jna:jna}) and a Unix; where one is missing {@code acquire} fails with a {@link StorageException}
     * that says so.
     *
     * <p>Source: zc.lockfile, as ZODB uses it.
     */
    static StorageLock full() {
        return new FileLocks(true);
    }

    /**
     * As {@link #full}, but keeps Java processes out only: for systems without JNA where no Python process ever opens the same file.
     */
    static StorageLock javaOnly() {
        return new FileLocks(false);
    }
}
