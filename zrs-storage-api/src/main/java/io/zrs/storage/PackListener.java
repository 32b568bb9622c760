package io.zrs.storage;

/**
 * Is told how a pack goes on. What it throws ends the pack, and the storage stays as it was.
 *
 * <p>Threading: called on the packing thread, and must not call the storage's methods that write.
 */
public interface PackListener {
    /** Does nothing. */
    PackListener NONE = new PackListener() {};

    /** The parts of a pack, in order; a storage leaves out those that it does not have. */
    enum Phase {
        /** Finding out what stays; counted in objects. */
        MARK,
        /** Copying it; counted in bytes. */
        COPY,
        /** Cleaning up behind it; counted in whatever it cleans up. */
        CLEAN_UP
    }

    /**
     * Called every now and then, at the beginning and at the end of each phase.
     *
     * @param total an estimate, which may change
     */
    default void progress(Phase phase, long done, long total) {}

    /** Called once for each blob revision that the pack removes, before {@link #beforeSwitch}. Its file is somebody else's, who has to remove it. */
    default void removesBlob(Oid oid, Tid tid) {}

    /** Called when everything is ready to take effect, which it does next, unless the disk fails or the pack is ended at the last moment: only its return says that it has. */
    default void beforeSwitch() {}
}
