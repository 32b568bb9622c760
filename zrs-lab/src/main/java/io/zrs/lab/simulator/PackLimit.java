package io.zrs.lab.simulator;

import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;

/**
 * How far a machine may be packed.
 *
 * <p>Where a log is packed nobody can tell whether a transaction was there; who comes with one of that time is believed. So operators must not pack
 * to a time at which the histories of machines had parted that may come back.
 */
final class PackLimit {
    private PackLimit() {}

    static Tid of(World world, Machine packed, Garbage garbage) {
        Commit head = packed.head();
        Tid limit = head.tid();
        for (Machine machine : world.machines()) {
            if (machine == packed) {
                continue;
            }
            Commit other = machine.acknowledged();
            Commit parted = other.firstNotIn(head);
            if (parted != null) {
                limit = earlier(limit, new Tid(parted.tid().value() - 1));
            } else if (!machine.isWorking() || machine.faults().isTroubled()) {
                // Nobody knows how much more it has.
                limit = earlier(limit, other.tid());
            }
        }
        if (garbage == Garbage.COLLECT) {
            for (Machine at = packed.upstream(); at != null; at = at.upstream()) {
                limit = earlier(limit, at.packTime());
            }
        }
        return limit;
    }

    private static Tid earlier(Tid a, Tid b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
