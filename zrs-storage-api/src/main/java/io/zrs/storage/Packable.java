package io.zrs.storage;

/**
 * Capability: forgetting old revisions.
 *
 * <p>Threading: thread-safe. Reading, writing and following go on meanwhile; undoing does not.
 */
public interface Packable {
    /**
     * Removes the revisions that nobody needs who looks at the storage as it was at {@code time} or later: those that were not current at {@code time}, and with
     * {@link Garbage#COLLECT} those of objects that could not be reached from the root then. What was written after {@code time} stays, and so does
     * what that refers to. Transactions up to {@code time} that keep records are marked {@link TransactionHeader#PACKED} and cannot be undone; the others vanish,
     * but for the newest transaction of all, which stays without records, so that {@link Storage#lastTransaction} is still to be found.
     *
     * <p>Takes effect at once or not at all: after an exception, and after a crash at any instant, the storage is as it was before or as it is
     * afterwards. Interrupting the thread ends the pack with a {@link PackException}, and so does closing the storage.
     *
     * @param time a transaction with this tid is among those that are packed; it need not exist
     * @throws PackException if a pack is running, there is not enough room for a second copy of what stays, or an object refers to one that is
     *     not there (which only matters to {@link Garbage#COLLECT})
     * @throws CorruptedStorageException if the storage is damaged where the pack must read it
     */
    PackResult pack(Tid time, Garbage garbage, PackListener listener);

    /** What becomes of objects that cannot be reached from the root. */
    enum Garbage {
        /** They are removed. */
        COLLECT,
        /** They stay. */
        KEEP
    }
}
