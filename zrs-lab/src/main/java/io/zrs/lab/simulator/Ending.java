package io.zrs.lab.simulator;

import io.zrs.secondary.Disconnection.Reason;
import io.zrs.secondary.Secondary;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The end of a run: nothing goes wrong any more, everybody catches up, everything is closed, and nothing is left over.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Ending {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final World world;
    private final Committer committer;
    private final Weather weather;

    Ending(World world, Committer committer, Weather weather) {
        this.world = world;
        this.committer = committer;
        this.weather = weather;
    }

    void run() throws IOException {
        world.trace("-- the end: nothing goes wrong any more");
        weather.beFineForEver();
        for (Machine machine : fromTheTop()) {
            bringUp(machine);
        }
        committer.commit(world.primary());
        if (!world.await(this::isSettled, PATIENCE)) {
            throw new Violation(describe(fromTheTop().stream()
                    .filter(machine -> !isSettled(machine))
                    .findFirst()
                    .orElseThrow()));
        }
        world.advance(Duration.ofSeconds(1));
        for (Machine machine : world.machines()) {
            Checker.checkAll(machine);
        }
        List<Machine> bottomUp = fromTheTop();
        Collections.reverse(bottomUp);
        for (Machine machine : bottomUp) {
            checkFollowersGone(machine);
            close(machine);
        }
        world.advanceToEnd();
        checkNothingLeft();
        for (Machine machine : bottomUp) {
            Leftovers.check(machine);
            checkSameBytes(machine);
        }
    }

    private void bringUp(Machine machine) {
        machine.faults().heal();
        machine.goOn();
        if (machine.isUp() && machine.faults().isTroubled()) {
            machine.stopInOrder();
        }
        if (machine.isUp() && machine.faults().isTroubled()) {
            machine.kill(Happening.KILL);
        }
        if (!machine.isUp() && !machine.start()) {
            throw new Violation(machine + " does not start");
        }
    }

    private boolean isSettled() {
        return world.machines().stream().allMatch(this::isSettled);
    }

    private boolean isSettled(Machine machine) {
        Running running = machine.running();
        if (running.isPacking()) {
            running.finishPack();
            return false;
        }
        Machine upstream = machine.upstream();
        Secondary secondary = running.secondary();
        if (upstream == null || secondary == null || machine.head() == upstream.head()) {
            return true;
        }
        // Where a log is packed nobody can tell whether a transaction was there, so one that has gone may be refused.
        boolean isStranger = !machine.head().isPartOf(upstream.head())
                || machine.head().tid().compareTo(upstream.packTime()) <= 0;
        return isStranger
                && secondary
                        .status()
                        .lastDisconnection()
                        .filter(why -> why.reason() == Reason.REFUSED)
                        .isPresent()
                && String.valueOf(upstream.running().primary().status().lastProblem())
                        .contains("refused");
    }

    private static String describe(Machine machine) {
        Machine upstream = Objects.requireNonNull(machine.upstream());
        boolean forked = !machine.head().isPartOf(upstream.head());
        Secondary secondary = Objects.requireNonNull(machine.running().secondary());
        return machine + (forked ? " has forked from " : " does not catch up with ") + upstream
                + (forked ? ", which nobody says" : "") + ": it has " + machine.head() + ", the other one "
                + upstream.head()
                + "; " + secondary.status() + "; "
                + upstream.running().primary().status();
    }

    private void checkFollowersGone(Machine machine) {
        if (!world.await(() -> machine.running().primary().status().followers().isEmpty(), Duration.ofMinutes(5))) {
            throw new Violation(machine + " still has followers: "
                    + machine.running().primary().status());
        }
    }

    private void close(Machine machine) {
        if (Operator.hasForked(machine)) {
            world.count(Happening.REFUSED_FORK);
        }
        if (!machine.stopInOrder()) {
            throw new Violation(machine + " cannot be stopped in order");
        }
        machine.disk().restart();
        machine.faults().suspend(true);
    }

    /** Where nothing was packed, a follower has the very file of whom it follows. */
    private void checkSameBytes(Machine machine) throws IOException {
        Machine upstream = machine.upstream();
        if (upstream == null || world.hasPacked() || machine.acknowledged() != upstream.acknowledged()) {
            return;
        }
        long mismatch = Files.mismatch(machine.dataFile(), upstream.dataFile());
        if (mismatch >= 0) {
            throw new Violation(machine + " has another file than " + upstream + ", from byte " + mismatch + " on");
        }
    }

    private void checkNothingLeft() {
        if (world.network().openConnections() != 0) {
            throw new Violation(world.network().openConnections() + " connections are left over");
        }
        for (Machine machine : world.machines()) {
            if (machine.disk().openHandles() != 0) {
                throw new Violation(machine + " has " + machine.disk().openHandles() + " files open");
            }
        }
    }

    /** Each behind the one that it follows. */
    private List<Machine> fromTheTop() {
        List<Machine> sorted = new ArrayList<>();
        while (sorted.size() < world.machines().size()) {
            for (Machine machine : world.machines()) {
                if (!sorted.contains(machine) && (machine.upstream() == null || sorted.contains(machine.upstream()))) {
                    sorted.add(machine);
                }
            }
        }
        return sorted;
    }
}
