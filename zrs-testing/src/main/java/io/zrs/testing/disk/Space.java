package io.zrs.testing.disk;

/** How much of a disk is taken, and may be. Files that were deleted take none, even if they are open. Threading: guarded by its {@link Disk}. */
final class Space {
    private long capacity = Long.MAX_VALUE;
    private long taken;

    void setCapacity(long bytes) {
        capacity = bytes;
    }

    long capacity() {
        return capacity;
    }

    /** 0 if more is taken than allowed: the capacity was set later. */
    long left() {
        return Math.max(0, capacity - taken);
    }

    void take(long bytes) {
        taken += bytes;
    }

    void free(long bytes) {
        taken -= bytes;
    }

    void clear() {
        taken = 0;
    }
}
