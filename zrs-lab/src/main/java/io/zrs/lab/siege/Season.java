package io.zrs.lab.siege;

import io.zrs.lab.siege.Mishap.Direction;
import io.zrs.lab.siege.Tally.Event;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A time in which everything happens to a {@link Company}.
 *
 * <p>Threading: confined to one thread.
 */
final class Season {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PAUSE_MILLIS_MIN = 50;
    private static final int PAUSE_MILLIS_MAX = 500;
    private static final int DOWN_MILLIS_MAX = 1500;
    private static final int SUSPENDED_MILLIS_MAX = 2500;
    private static final int ROOM_MILLIS_MAX = 3000;

    private static final int START_SECONDS = 60;
    private static final int MISHAP_PERCENT = 75;
    private static final int PRIMARY_PERCENT = 6;
    private static final int UP_PERCENT = 12;
    private static final int IMPATIENT_PERCENT = 15;
    private static final int COMMITS_MIN = 50;

    /** One succession in so many seconds, and at least one. */
    private static final int SUCCESSION_SECONDS = 40;

    private final Company company;
    private final SplittableRandom random;
    private final Minutes minutes;
    private final Tally tally;
    private final long nanos;
    private long successions;
    private long roomAt;

    /** A season that has not begun. */
    Season(Company company, SplittableRandom random, long seconds) {
        this.company = company;
        this.random = random;
        this.minutes = company.minutes();
        this.tally = company.tally();
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        this.successions = company.regime() == Regime.PYTHON ? 0 : 1 + seconds / SUCCESSION_SECONDS;
    }

    /** Lets it happen, until its time is over or something has gone wrong. */
    void run() throws IOException, InterruptedException, TimeoutException {
        company.await(() -> company.primary().address().isPresent(), START_SECONDS);
        long start = System.nanoTime();
        long nextAct = start;
        long nextSuccession = start + successionPause();
        while (System.nanoTime() - start < nanos && minutes.faultCount() == 0) {
            company.tick();
            makeRoom();
            long now = System.nanoTime();
            if (now - nextSuccession >= 0) {
                succeed();
                nextSuccession = System.nanoTime() + successionPause();
            } else if (now - nextAct >= 0) {
                company.checkPrimary();
                act();
                nextAct = System.nanoTime() + millis(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void succeed() throws IOException, InterruptedException, TimeoutException {
        successions--;
        List<Follower> heirs = company.followers().stream()
                .filter(follower -> follower.upstream() == company.primary()
                        && follower.kind() == Judge.Kind.JAVA
                        && follower.disk() == null)
                .toList();
        Succession succession = new Succession(company, heirs.get(random.nextInt(heirs.size())));
        // After a pack a primary cannot tell a copy that is ahead from one whose last transaction was packed away.
        if (company.isByteIdentical() && random.nextBoolean()) {
            succession.afterLoss();
        } else {
            succession.inOrder();
        }
    }

    private void act() throws IOException, InterruptedException, TimeoutException {
        Follower follower =
                company.followers().get(random.nextInt(company.followers().size()));
        int sort = random.nextInt(100);
        if (sort < MISHAP_PERCENT) {
            befall(follower);
        } else if (sort < MISHAP_PERCENT + PRIMARY_PERCENT) {
            actOnPrimary();
        } else if (!follower.isDown() && (follower.hasFollowed() || isImpatient())) {
            actOn(follower);
        }
    }

    private void befall(Follower follower) {
        Direction direction = random.nextInt(100) < UP_PERCENT ? Direction.UP : Direction.DOWN;
        Mishap mishap = Mishap.random(random, direction);
        if (follower.proxy().arm(direction, mishap)) {
            minutes.note("on the way to " + follower.member().name() + ": " + mishap + " " + direction);
        }
    }

    private void actOn(Follower follower) throws IOException, InterruptedException, TimeoutException {
        int sort = random.nextInt(10);
        if (sort < 5) {
            company.kill(follower);
            follower.startAt(System.nanoTime() + millis(0, DOWN_MILLIS_MAX));
        } else if (sort < 7) {
            company.stop(follower);
            follower.startAt(System.nanoTime() + millis(0, DOWN_MILLIS_MAX));
        } else {
            follower.suspend(System.nanoTime() + millis(0, SUSPENDED_MILLIS_MAX));
            tally.add(Event.SUSPENSION);
            minutes.note("suspended " + follower.member().name());
        }
    }

    private void actOnPrimary() throws IOException, InterruptedException, TimeoutException {
        boolean hasWorked = company.committed() >= COMMITS_MIN;
        if (!hasWorked && !isImpatient()) {
            return;
        }
        int sort = random.nextInt(10);
        if (sort < 5) {
            company.killPrimary();
            company.startPrimary();
        } else if (sort < 6) {
            killAll();
        } else if (sort < 8) {
            suspendPrimary();
        } else {
            company.stopPrimary();
            company.startPrimary();
        }
    }

    /** Whether not to wait until a process has done something: that it has only begun is worth a try too. */
    private boolean isImpatient() {
        return random.nextInt(100) < IMPATIENT_PERCENT;
    }

    private void killAll() throws IOException, InterruptedException, TimeoutException {
        minutes.note("killing all");
        company.killPrimary();
        for (Follower follower : company.followers()) {
            if (!follower.isDown()) {
                company.kill(follower);
                follower.startAt(System.nanoTime() + millis(0, DOWN_MILLIS_MAX));
            }
        }
        company.startPrimary();
    }

    private void suspendPrimary() throws IOException, InterruptedException, TimeoutException {
        minutes.note("suspending the primary");
        company.primary().suspend();
        tally.add(Event.SUSPENSION);
        long end = System.nanoTime() + millis(0, SUSPENDED_MILLIS_MAX);
        company.await(() -> System.nanoTime() - end >= 0, TimeUnit.MILLISECONDS.toSeconds(SUSPENDED_MILLIS_MAX) + 1);
        company.primary().resume();
    }

    /** A disk that is full stays so for a while, then there is more room. */
    private void makeRoom() throws IOException, InterruptedException, TimeoutException {
        long now = System.nanoTime();
        for (Follower follower : company.followers()) {
            if (!follower.isFull()) {
                continue;
            }
            if (roomAt == 0) {
                tally.add(Event.FULL_DISK);
                minutes.note("the disk of " + follower.member().name() + " is full");
                roomAt = now + millis(0, ROOM_MILLIS_MAX);
            } else if (now - roomAt >= 0) {
                roomAt = 0;
                // Its next attempt may be a minute away.
                company.enlarge(follower, nanos >= TimeUnit.MINUTES.toNanos(1) && random.nextBoolean());
            }
        }
    }

    private long successionPause() {
        return successions == 0 ? Long.MAX_VALUE / 2 : random.nextLong(nanos / (successions + 1) * 2);
    }

    private long millis(int min, int max) {
        return TimeUnit.MILLISECONDS.toNanos(random.nextInt(min, max));
    }
}
