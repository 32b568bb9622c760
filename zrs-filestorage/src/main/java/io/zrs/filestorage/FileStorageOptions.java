package io.zrs.filestorage;

import io.zrs.storage.ConflictResolver;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link FileStorage}.
 *
 * <p>Threading: immutable.
 *
 * @param clock gives the tids of new transactions
 * @param mode what to do with the file
 * @param format for a new file, and required of one that is there; null for any, and for a new file that of its first transaction (FS30
 *     unless it is restored from another dialect)
 * @param cutTail what becomes of an unfinished transaction at the end of the file
 * @param lock keeps other writers away; not used with {@link Mode#READ_ONLY}
 * @param conflictResolver merges concurrent changes of one object, before they are a conflict
 */
public record FileStorageOptions(
        Clock clock,
        Mode mode,
        @Nullable FileStorageFormat format,
        CutTail cutTail,
        StorageLock lock,
        ConflictResolver conflictResolver) {
    /** What to do with the file. */
    public enum Mode {
        /** Read it as it is now, without a lock and without writing anything. It must exist. */
        READ_ONLY,
        /** Read and write it. It must exist. */
        READ_WRITE,
        /** Read and write it, after making it if it does not exist. */
        CREATE_IF_MISSING,
        /** Make it, read and write it. It must not exist. */
        CREATE_NEW
    }

    /** What becomes of an unfinished transaction at the end of the file. */
    public enum CutTail {
        /** It is copied to {@code NAME.trN}, the first such name that is free, before it is cut off. */
        KEEP,
        /** It is dropped, because it can be had again: on a secondary. */
        DROP
    }

    /**
     * Reading and writing, a file that is made if missing, in any format, cut tails kept, {@linkplain StorageLock#full all} kept out, conflicts not
     * merged.
     */
    public static FileStorageOptions of(Clock clock) {
        return new FileStorageOptions(
                clock, Mode.CREATE_IF_MISSING, null, CutTail.KEEP, StorageLock.full(), ConflictResolver.NONE);
    }

    /** These options with another mode. */
    public FileStorageOptions withMode(Mode newMode) {
        return new FileStorageOptions(clock, newMode, format, cutTail, lock, conflictResolver);
    }

    /** These options with another format. */
    public FileStorageOptions withFormat(@Nullable FileStorageFormat newFormat) {
        return new FileStorageOptions(clock, mode, newFormat, cutTail, lock, conflictResolver);
    }

    /** These options with another treatment of unfinished transactions. */
    public FileStorageOptions withCutTail(CutTail newCutTail) {
        return new FileStorageOptions(clock, mode, format, newCutTail, lock, conflictResolver);
    }

    /** These options with another lock. */
    public FileStorageOptions withLock(StorageLock newLock) {
        return new FileStorageOptions(clock, mode, format, cutTail, newLock, conflictResolver);
    }

    /** These options with another way to merge concurrent changes. */
    public FileStorageOptions withConflictResolver(ConflictResolver newConflictResolver) {
        return new FileStorageOptions(clock, mode, format, cutTail, lock, newConflictResolver);
    }
}
