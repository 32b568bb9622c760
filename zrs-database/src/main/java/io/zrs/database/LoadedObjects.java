package io.zrs.database;

import org.jspecify.annotations.Nullable;

/**
 * Objects whose state is here as the database has it, so that the state of those not used for long can be dropped: a queue with a second chance. To use
 * an object costs no more than a mark; when it is the oldest, and has the mark, it loses that and becomes the newest.
 *
 * <p>Threading: as its connection.
 */
final class LoadedObjects {
    private final int countMax;
    private final long sizeMax;
    private int count;
    private long size;
    private @Nullable Persistence newest;
    private @Nullable Persistence oldest;

    /**
     * An empty list.
     *
     * @param countMax objects that stay when it is {@linkplain #shrink shrunk}
     * @param sizeMax bytes of their records that stay
     */
    LoadedObjects(int countMax, long sizeMax) {
        this.countMax = countMax;
        this.sizeMax = sizeMax;
    }

    void add(Persistence object) {
        object.list = this;
        object.used = false;
        count++;
        size += object.recordSize;
        link(object);
    }

    void remove(Persistence object) {
        unlink(object);
        object.list = null;
        count--;
        size -= object.recordSize;
    }

    /** Makes ghosts of objects that were not used for long, until the list keeps to its limits. */
    void shrink() {
        while (isBeyondLimits() && oldest != null) {
            Persistence object = oldest;
            if (object.used) {
                object.used = false;
                unlink(object);
                link(object);
            } else {
                forget(object);
            }
        }
    }

    /** Makes ghosts of all. */
    void clear() {
        while (oldest != null) {
            forget(oldest);
        }
    }

    private boolean isBeyondLimits() {
        return count > countMax || size > sizeMax;
    }

    private void forget(Persistence object) {
        remove(object);
        object.ghostify();
    }

    private void link(Persistence object) {
        object.newer = null;
        object.older = newest;
        if (newest == null) {
            oldest = object;
        } else {
            newest.newer = object;
        }
        newest = object;
    }

    private void unlink(Persistence object) {
        if (object.newer == null) {
            newest = object.older;
        } else {
            object.newer.older = object.older;
        }
        if (object.older == null) {
            oldest = object.newer;
        } else {
            object.older.newer = object.newer;
        }
        object.newer = null;
        object.older = null;
    }
}
