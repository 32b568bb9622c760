package io.zrs.lab.simulator;

import io.zrs.testing.disk.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing after the other, and looks after each whether all is still well.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Steps {
    private static final Duration SILENCE_MAX = Duration.ofSeconds(90);

    private final World world;
    private final RandomGenerator random;
    private final Committer committer;
    private final Operator operator;
    private final Adversary adversary;
    private final Weather weather;

    Steps(World world, Committer committer, Operator operator, Weather weather) {
        this.world = world;
        this.random = world.chance();
        this.committer = committer;
        this.operator = operator;
        this.adversary = new Adversary(world);
        this.weather = weather;
    }

    void step() {
        world.count(Happening.STEP);
        Action action = world.recipe().pick(random);
        if (world.isTracing()) {
            world.trace("-- " + action);
        }
        if (!commits(action)) {
            perform(action);
        }
        world.advance(pause());
        check();
    }

    private boolean commits(Action action) {
        switch (action) {
            case COMMIT, ABORT, CONFLICT, UNDO -> {
                Machine writer = writer();
                if (writer != null) {
                    commit(action, writer);
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void commit(Action action, Machine writer) {
        switch (action) {
            case COMMIT -> {
                for (int i = random.nextInt(4); i >= 0 && writer.isWorking(); i--) {
                    committer.commit(writer);
                }
            }
            case ABORT -> committer.abort(writer);
            case CONFLICT -> committer.conflict(writer);
            default -> committer.undo(writer);
        }
    }

    private void perform(Action action) {
        switch (action) {
            case READ -> read();
            case WAIT -> world.advance(Duration.ofMillis(random.nextLong(SILENCE_MAX.toMillis())));
            case START -> operator.lookAfterMachines();
            case HEAL -> heal();
            case GO_ON_PACKING -> operator.goOnPacking();
            case PACK_PRIMARY -> operator.packPrimary();
            case PACK_FOLLOWER -> operator.packFollower();
            case STOP_IN_ORDER -> operator.stopInOrder();
            case PROMOTE -> operator.promote();
            case REPLACE_DISK -> operator.replaceDisk();
            default -> harm(action);
        }
    }

    private void harm(Action action) {
        switch (action) {
            case STOP_FOR_A_WHILE -> adversary.pause();
            case KILL -> adversary.kill();
            case POWER_FAILURE -> adversary.powerOff();
            case POWER_FAILURE_LATER -> adversary.arm(Verdict.CRASH);
            case KILL_LATER -> adversary.arm(Verdict.KILL);
            case DISK_ERROR_LATER -> adversary.arm(Verdict.FAIL);
            case DISK_FULL_LATER -> adversary.arm(Verdict.FULL);
            case SHORT_TRANSFERS -> adversary.transferShort();
            case RESET -> weather.reset();
            case CUT_SILENTLY -> weather.cutSilently();
            case FLIP_BIT -> weather.flipBit();
            case BAD_NETWORK -> weather.getWorse();
            default -> throw new AssertionError(action);
        }
    }

    private void heal() {
        weather.heal();
        world.machines().forEach(machine -> machine.faults().setShortPercent(0));
    }

    private void read() {
        for (Machine machine : world.machines()) {
            if (machine.isUp()) {
                world.count(Happening.READ);
                Checker.checkSome(machine, random);
            }
        }
    }

    /** Mostly the primary; sometimes one that has been replaced and does not know it. */
    private @Nullable Machine writer() {
        List<Machine> writers = world.machines().stream()
                .filter(machine -> machine.upstream() == null && machine.isWorking())
                .toList();
        if (writers.isEmpty()) {
            return null;
        }
        Machine any = writers.get(random.nextInt(writers.size()));
        return world.primary().isWorking() && random.nextInt(4) > 0 ? world.primary() : any;
    }

    private void check() {
        for (Machine machine : world.machines()) {
            if (machine.isUp() && machine.head() != machine.acknowledged()) {
                throw new Violation(
                        machine + " has told of " + machine.acknowledged() + ", and shows " + machine.head());
            }
        }
    }

    private Duration pause() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> Duration.ofMillis(1 + random.nextInt(5));
            case 4, 5, 6 -> Duration.ofMillis(1 + random.nextInt(200));
            case 7, 8 -> Duration.ofMillis(1 + random.nextInt(3000));
            default -> Duration.ofMillis(1 + random.nextInt(20_000));
        };
    }
}
