package io.zrs.filestorage;

import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets two changes of an object merged by a {@link ConflictResolver}, if all that it needs is there.
 *
 * <p>Threading: thread-safe, called without a lock, because a resolver is somebody else's code. Source: ZODB, ConflictResolution.py.
 */
final class ConflictMerger {
    private static final Logger LOG = LoggerFactory.getLogger(ConflictMerger.class);

    private final Generation log;
    private final ConflictResolver resolver;
    private final long end;

    /** A merger for the transaction that begins at {@code end}. */
    ConflictMerger(Generation log, ConflictResolver resolver, long end) {
        this.log = log;
        this.resolver = resolver;
        this.end = end;
    }

    /**
     * Merges.
     *
     * @param old the revision that both changes began with; it may have been packed away
     * @param committed the one change, null if the object does not exist any more
     * @param changed the other change
     * @return the merged record, at least one byte; null if there is none
     */
    byte @Nullable [] merge(Oid oid, Tid old, byte @Nullable [] committed, byte[] changed) {
        if (committed == null || resolver == ConflictResolver.NONE) {
            return null;
        }
        byte[] before;
        try {
            before = log.loadSerial(oid, old, end);
        } catch (PosKeyException e) {
            LOG.debug("{}: a conflict on oid {} cannot be merged without revision {}", name(), oid, old, e);
            return null;
        }
        return resolve(oid, before, committed, changed);
    }

    private byte @Nullable [] resolve(Oid oid, byte[] old, byte[] committed, byte[] changed) {
        try {
            byte[] merged = resolver.resolve(oid, old, committed, changed);
            if (merged == null || merged.length > 0) {
                return merged;
            }
            LOG.warn("{}: the conflict resolver made an empty record of oid {}", name(), oid);
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: the conflict resolver failed for oid {}", name(), oid, e);
        }
        return null;
    }

    private String name() {
        return log.file().name();
    }
}
