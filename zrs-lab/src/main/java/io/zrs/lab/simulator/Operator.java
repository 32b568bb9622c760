package io.zrs.lab.simulator;

import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who starts what is down, promotes a secondary when the primary is lost, packs, and replaces what has forked.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Operator {
    private final World world;
    private final RandomGenerator random;

    Operator(World world) {
        this.world = world;
        this.random = world.chance();
    }

    /** Starts everything for the first time. */
    void startAll() {
        for (Machine machine : world.machines()) {
            if (machine != world.primary()) {
                machine.setUpstream(chooseUpstream(machine));
            }
            machine.start();
        }
    }

    /** Looks after what is down, stopped, or has failed. */
    void lookAfterMachines() {
        for (Machine machine : world.machines()) {
            if (random.nextBoolean()) {
                lookAfter(machine);
            }
        }
    }

    private void lookAfter(Machine machine) {
        boolean old = machine.upstream() == null && machine != world.primary();
        if (machine.isPaused()) {
            machine.goOn();
        } else if (!machine.isUp()) {
            if (old) {
                comeBack(machine);
            }
            machine.start();
        } else if (machine.faults().isTroubled() || (old && random.nextInt(3) == 0)) {
            stop(machine);
            if (old && !machine.isUp()) {
                comeBack(machine);
            }
            startIfDown(machine);
        }
    }

    private void comeBack(Machine machine) {
        world.count(Happening.RETURN_OF_OLD_PRIMARY);
        machine.setUpstream(chooseUpstream(machine));
        world.trace(machine, "is to follow " + machine.upstream());
    }

    /** Makes a follower the primary; but none that has not all yet that a packed log has left, for it shows a state that never was. */
    void promote() {
        Machine old = world.primary();
        if (old.isWorking() && random.nextInt(4) > 0) {
            return;
        }
        List<Machine> followers = world.machines().stream()
                .filter(machine -> machine.upstream() != null)
                .toList();
        List<Machine> whole = followers.stream()
                .filter(machine -> machine.acknowledged().tid().compareTo(machine.packTime()) >= 0)
                .toList();
        if (whole.isEmpty()) {
            return;
        }
        Machine chosen = whole.get(random.nextInt(whole.size()));
        world.count(Happening.PROMOTION);
        world.trace(chosen, "is promoted instead of " + old);
        if (chosen.isUp()) {
            stop(chosen);
        }
        world.setPrimary(chosen);
        chosen.setUpstream(null);
        followers.forEach(machine -> machine.setUpstream(machine == chosen ? null : chosen));
        startIfDown(chosen);
        for (Machine machine : followers) {
            if (machine != chosen) {
                repoint(machine);
            }
        }
    }

    private void repoint(Machine machine) {
        machine.setUpstream(chooseUpstream(machine));
        if (machine.isUp()) {
            stop(machine);
            startIfDown(machine);
        }
    }

    void stopInOrder() {
        Machine machine = pick();
        if (machine.isWorking()) {
            machine.stopInOrder();
        }
    }

    /** Throws away what has parted from the history of whom it should follow. */
    void replaceDisk() {
        Machine machine = pick();
        if (hasForked(machine)) {
            machine.replaceDisk();
            startIfDown(machine);
        }
    }

    /** Whether it cannot go on as a follower. */
    static boolean hasForked(Machine machine) {
        Machine upstream = machine.upstream();
        return upstream != null && !machine.acknowledged().isPartOf(upstream.acknowledged());
    }

    void packPrimary() {
        if (world.primary().isWorking()) {
            pack(world.primary());
        }
    }

    void packFollower() {
        Machine machine = pick();
        if (machine.isWorking() && machine.upstream() != null) {
            pack(machine);
        }
    }

    void goOnPacking() {
        for (Machine machine : world.machines()) {
            if (machine.isWorking()) {
                machine.running().goOnPacking();
                machine.buryIfDead();
            }
        }
    }

    private void pack(Machine machine) {
        Garbage garbage = random.nextBoolean() ? Garbage.COLLECT : Garbage.KEEP;
        Tid limit = PackLimit.of(world, machine, garbage);
        List<Commit> times = machine.head().history().stream()
                .filter(commit -> commit.tid().compareTo(machine.packTime()) > 0
                        && commit.tid().compareTo(limit) <= 0)
                .toList();
        if (!times.isEmpty()) {
            int index = Math.max(random.nextInt(times.size()), random.nextInt(times.size()));
            machine.running().pack(times.get(index).tid(), garbage);
        }
    }

    private void stop(Machine machine) {
        machine.goOn();
        if (random.nextBoolean()) {
            machine.stopInOrder();
        } else {
            machine.kill(Happening.KILL);
        }
    }

    private static void startIfDown(Machine machine) {
        if (!machine.isUp()) {
            machine.buryIfDead();
            machine.start();
        }
    }

    /** The primary, or somebody who follows it, but not in a circle. */
    private Machine chooseUpstream(Machine machine) {
        List<Machine> candidates = world.machines().stream()
                .filter(other -> other != machine && leadsToPrimary(other, machine))
                .toList();
        boolean chain = random.nextInt(100) < world.recipe().chainPercent();
        return chain && !candidates.isEmpty() ? candidates.get(random.nextInt(candidates.size())) : world.primary();
    }

    private boolean leadsToPrimary(Machine machine, Machine without) {
        Machine at = machine;
        for (int i = 0; at != null && i < world.machines().size(); i++) {
            if (at == without) {
                return false;
            }
            if (at == world.primary()) {
                return true;
            }
            at = next(at);
        }
        return false;
    }

    private static @Nullable Machine next(Machine machine) {
        return machine.upstream();
    }

    private Machine pick() {
        return world.machines().get(random.nextInt(world.machines().size()));
    }
}
