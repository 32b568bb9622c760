package io.zrs.lab.simulator;

import io.zrs.testing.disk.Verdict;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who makes machines and disks fail.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Adversary {
    private static final int SOON = 12;
    private static final int LATER = 200;

    private final World world;
    private final RandomGenerator random;

    Adversary(World world) {
        this.world = world;
        this.random = world.chance();
    }

    void kill() {
        Machine machine = pick();
        if (machine.isUp()) {
            machine.kill(Happening.KILL);
        }
    }

    void powerOff() {
        Machine machine = pick();
        if (machine.isUp()) {
            machine.powerOff();
        }
    }

    void pause() {
        Machine machine = pick();
        if (machine.isWorking()) {
            machine.pause();
        }
    }

    /** Has something happen at one of the next operations on a disk. */
    void arm(Verdict verdict) {
        Machine machine = pick();
        if (random.nextInt(3) == 0) {
            machine.faults().armAtForce(verdict, 1L + random.nextInt(SOON));
        } else {
            machine.faults().arm(verdict, 1L + random.nextInt(random.nextBoolean() ? SOON : LATER));
        }
    }

    void transferShort() {
        pick().faults().setShortPercent(random.nextInt(60));
    }

    /** Any machine, but rather one that packs: that is seldom, and there is much that can go wrong. */
    private Machine pick() {
        List<Machine> machines = world.machines();
        List<Machine> packing = machines.stream()
                .filter(machine -> machine.isUp() && machine.running().isPacking())
                .toList();
        List<Machine> candidates = packing.isEmpty() || random.nextBoolean() ? machines : packing;
        return candidates.get(random.nextInt(candidates.size()));
    }
}
