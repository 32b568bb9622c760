package io.zrs.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.NioReactor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Turns, time and death of processes. */
class SimulatedProcessTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void runsTasksInOrderAndNeverAtOnce() {
        Pair pair = new Pair(1);
        pair.a.execute(() -> {
            pair.a.execute(() -> done.add("third"));
            done.add("first");
        });
        pair.a.execute(() -> done.add("second"));
        assertThat(done).isEmpty();
        pair.run(1);
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void theOrderOfExecutorsIsUpToChance() {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            Pair pair = new Pair(seed);
            List<String> order = new ArrayList<>();
            for (String task : List.of("a", "b")) {
                pair.a.execute(() -> order.add("reactor " + task));
                pair.a.executor("disk", 1).execute(() -> order.add("disk " + task));
            }
            pair.run(1);
            assertThat(order).containsSubsequence("reactor a", "reactor b").containsSubsequence("disk a", "disk b");
            orders.add(order);
        }
        assertThat(orders).hasSize(6);
    }

    @Test
    void anExecutorWithTwoThreadsMayRunTheSecondTaskFirst() {
        Set<List<Integer>> orders = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            Pair pair = new Pair(seed);
            List<Integer> order = new ArrayList<>();
            Executor executor = pair.a.executor("two", 2);
            assertThat(pair.a.executor("two", 2)).isSameAs(executor);
            for (int task = 0; task < 3; task++) {
                int number = task;
                executor.execute(() -> order.add(number));
            }
            pair.run(1);
            orders.add(order);
        }
        assertThat(orders)
                .containsExactlyInAnyOrder(List.of(0, 1, 2), List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0));
    }

    @Test
    void delayedCallsComeInTheOrderOfTheirTimes() {
        Pair pair = new Pair(1);
        pair.a.callLater(Duration.ofSeconds(2), () -> done.add("two"));
        pair.a.callLater(Duration.ofSeconds(1), () -> done.add("one"));
        pair.a.callLater(Duration.ofSeconds(2), () -> done.add("two again"));
        pair.a.callLater(Duration.ofSeconds(-1), () -> done.add("now"));
        Cancellable cancelled = pair.a.callLater(Duration.ofSeconds(1), () -> done.add("never"));
        cancelled.cancel();
        pair.simulation.run(Duration.ofMillis(1_999));
        assertThat(done).containsExactly("now", "one");
        pair.run(1);
        assertThat(done).containsExactly("now", "one", "two", "two again");
    }

    @Test
    void aCallThatIsDueCanStillBeCancelled() {
        Pair pair = new Pair(1);
        List<Cancellable> calls = new ArrayList<>();
        pair.a.callLater(Duration.ofSeconds(1), () -> calls.get(0).cancel());
        calls.add(pair.a.callLater(Duration.ofSeconds(1), () -> done.add("never")));
        pair.run(2);
        assertThat(done).isEmpty();
    }

    @Test
    void aTaskThatThrowsIsReported() {
        Pair pair = new Pair(42);
        pair.b.execute(() -> {
            throw new IllegalStateException("a defect");
        });
        pair.b.execute(() -> done.add("the next one"));
        assertThatThrownBy(() -> pair.run(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("b: ")
                .hasMessageContaining("42")
                .hasRootCauseMessage("a defect");
        pair.run(1);
        assertThat(done).containsExactly("the next one");
    }

    @Test
    void itsClockMayBeSkewed() {
        Pair pair = new Pair(1);
        assertThat(pair.a.clock().instant()).isEqualTo(pair.simulation.clock().instant());
        pair.a.setClockSkew(Duration.ofNanos(-7));
        pair.run(3);
        assertThat(pair.a.clock().instant()).isEqualTo(pair.b.clock().instant().minusNanos(7));
    }

    @Test
    void nothingOfADeadProcessRuns() throws IOException {
        Pair pair = Pair.connected();
        pair.a.execute(() -> done.add("task"));
        pair.a.executor().execute(() -> done.add("executor"));
        pair.a.callLater(Duration.ZERO, () -> done.add("call"));
        pair.server.write("received");
        pair.a.connect(pair.network.address("b"), new Peer());
        pair.a.kill();
        pair.a.kill();
        pair.a.execute(() -> done.add("late task"));
        pair.a.callLater(Duration.ZERO, () -> done.add("late call")).cancel();
        pair.a.connect(pair.network.address("b"), new Peer());
        assertThatThrownBy(() -> pair.a.listen(pair.network.address("a"), Peer::new))
                .isInstanceOf(IOException.class);
        pair.run(1000);
        assertThat(done).isEmpty();
        assertThat(pair.client.events).hasSize(1);
        assertThat(pair.client.received.size()).isZero();
        assertThat(pair.a.isAlive()).isFalse();
        assertThat(pair.network.openConnections()).isZero();
        assertThat(pair.simulation.pendingEvents()).isZero();
    }

    @Test
    void whatTheSystemHadTakenArrivesFromAKilledProcess() {
        Pair pair = Pair.connected();
        long written = pair.client.fill();
        pair.a.kill();
        pair.run(1);
        assertThat((long) pair.server.received.size()).isBetween(1L, written - NioReactor.BACKLOG_HIGH_BYTES);
        assertThat(pair.server.last()).isEqualTo("disconnected");
    }

    @Test
    void aKilledProcessThatHadNotReadEverythingResets() {
        Pair pair = Pair.connected();
        pair.client.transport().pauseReading();
        pair.server.write("unread");
        pair.run(1);
        pair.a.kill();
        pair.run(1);
        assertThat(pair.server.last()).isEqualTo("disconnected: Connection reset by peer");
    }

    @Test
    void isKilledInTheMiddleOfACallback() throws IOException {
        Pair pair = Pair.connected();
        pair.server.onReceived = bytes -> {
            pair.b.kill();
            pair.b.execute(() -> done.add("task"));
            assertThat(pair.server.write("into the void")).isFalse();
            pair.server.transport().close();
            done.add("the rest of the callback");
            throw new IllegalStateException("the disk is gone");
        };
        pair.client.write("x");
        pair.run(1);
        assertThat(done).containsExactly("the rest of the callback");
        assertThat(pair.server.events).as("is not told").hasSize(1);
        assertThat(pair.client.text()).isEmpty();
        assertThat(pair.client.last()).isEqualTo("disconnected");
    }

    @Test
    void aTaskThatFailsAfterItsProcessIsDeadIsNoDefect() {
        Pair pair = new Pair(1);
        pair.a.execute(() -> {
            pair.a.powerOff();
            throw new IllegalStateException("the disk is gone");
        });
        pair.run(1);
        assertThat(pair.simulation.trace().toString()).contains("the disk is gone");
    }

    @Test
    void nobodyHearsOfAPowerFailure() {
        Pair pair = Pair.connected();
        pair.server.write("x");
        pair.b.powerOff();
        Peer attempt = new Peer();
        pair.a.connect(pair.network.address("b"), attempt);
        pair.run(NetworkTimeouts.STANDARD.keepAlive().toSeconds() - 1);
        assertThat(pair.client.text()).as("was not sent yet").isEmpty();
        assertThat(pair.client.events).hasSize(1);
        pair.run(2);
        assertThat(pair.client.last()).isEqualTo("disconnected: Connection timed out");
        assertThat(attempt.events).isEmpty();
        pair.run(NetworkTimeouts.STANDARD.connect().toSeconds());
        assertThat(attempt.events).containsExactly("not connected: Connection timed out");
        assertThat(pair.network.counts().halfOpens()).isEqualTo(1);
    }

    @Test
    void aHostThatIsBackResetsWhoSendsToIt() {
        Pair pair = Pair.connected();
        pair.b.powerOff();
        pair.network.start("b");
        pair.run(1);
        assertThat(pair.client.events).hasSize(1);
        pair.client.write("x");
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo("disconnected: Connection reset by peer");
    }

    @Test
    void aHostThatIsBackResetsWhoSendsAgain() {
        Pair pair = Pair.connected();
        pair.b.powerOff();
        pair.client.write("x");
        pair.run(20);
        assertThat(pair.client.events).hasSize(1);
        pair.network.start("b");
        pair.run(11);
        assertThat(pair.client.last()).isEqualTo("disconnected: Connection reset by peer");
    }

    @Test
    void startsAgainAtTheSamePort() throws IOException {
        Pair pair = Pair.connected();
        assertThatThrownBy(() -> pair.network.start("b")).isInstanceOf(IllegalStateException.class);
        pair.b.kill();
        pair.connect();
        assertThat(pair.client.last()).isEqualTo("not connected: Connection refused");
        SimulatedProcess next = pair.network.start("b");
        next.listen(pair.network.address("b"), () -> pair.server);
        pair.connect();
        assertThat(pair.client.last()).isEqualTo("connected to b:8000");
        pair.port.close();
        pair.connect();
        assertThat(pair.client.last())
                .as("the dead process's port is nothing any more")
                .startsWith("connected");
    }

    @Test
    void aPausedProcessDoesNothingUntilItIsResumed() {
        Pair pair = Pair.connected();
        pair.b.pause();
        pair.b.execute(() -> done.add("task"));
        pair.b.callLater(Duration.ofSeconds(2), () -> done.add("second call"));
        pair.b.callLater(Duration.ofSeconds(1), () -> done.add("first call"));
        pair.client.write("x");
        Peer another = new Peer();
        pair.a.connect(pair.network.address("b"), another);
        pair.run(1000);
        assertThat(done).isEmpty();
        assertThat(pair.server.received.size()).isZero();
        assertThat(another.events).as("the system accepts").containsExactly("connected to b:8000");
        assertThat(pair.client.fill()).as("the system takes a window full").isPositive();

        assertThat(pair.b.isPaused()).isTrue();
        pair.b.resume();
        pair.b.resume();
        assertThat(pair.b.isPaused()).isFalse();
        pair.run(1);
        assertThat(done).containsExactly("task", "first call", "second call");
        assertThat(pair.server.text()).startsWith("x");
    }

    @Test
    void pausesItselfBetweenTwoTasks() {
        Pair pair = new Pair(1);
        pair.a.execute(() -> {
            pair.a.pause();
            done.add("the rest of the task");
        });
        pair.a.execute(() -> done.add("next"));
        pair.run(1);
        assertThat(done).containsExactly("the rest of the task");
        pair.a.kill();
        pair.a.resume();
        pair.run(1);
        assertThat(done).hasSize(1);
        assertThat(pair.a.isAlive()).isFalse();
    }
}
