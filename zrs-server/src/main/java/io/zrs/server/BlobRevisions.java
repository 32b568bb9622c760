package io.zrs.server;

import io.zrs.blob.BlobRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;

/**
 * A set of blob revisions that takes little memory, 21 to 64 bytes for each: {@code verify} holds those of a whole database.
 *
 * <p>Threading: confined to one thread.
 */
final class BlobRevisions {
    private static final int SLOTS_MIN = 1 << 10;
    private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio

    /** Two longs a slot, oid and tid; a slot of zeros is free, for no revision has tid 0. */
    private long[] slots = new long[2 * SLOTS_MIN];

    private int count;

    /** Puts a revision in, if it is not. A tid of 0 is none, and is passed over. */
    void add(Oid oid, Tid tid) {
        if (tid.equals(Tid.NONE)) {
            return;
        }
        if (count >= slots.length / 2 * 3 / 4) {
            grow();
        }
        int slot = find(oid.value(), tid.value());
        if (slots[slot + 1] == 0) {
            slots[slot] = oid.value();
            slots[slot + 1] = tid.value();
            count++;
        }
    }

    boolean contains(BlobRevision revision) {
        long tid = revision.tid().value();
        return tid != 0 && slots[find(revision.oid().value(), tid) + 1] != 0;
    }

    int count() {
        return count;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[Math.multiplyExact(old.length, 2)];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                int slot = find(old[i], old[i + 1]);
                slots[slot] = old[i];
                slots[slot + 1] = old[i + 1];
            }
        }
    }

    /** The slot that holds the revision, or would. */
    private int find(long oid, long tid) {
        int slotMask = slots.length / 2 - 1;
        long mixed = (oid * MIX ^ tid) * MIX;
        int slot = (int) (mixed >>> 32) & slotMask;
        while (slots[2 * slot + 1] != 0 && (slots[2 * slot] != oid || slots[2 * slot + 1] != tid)) {
            slot = slot + 1 & slotMask;
        }
        return 2 * slot;
    }
}
