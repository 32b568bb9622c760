package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.secondary.Disconnection;
import io.zrs.secondary.Disconnection.Reason;
import io.zrs.secondary.SecondaryState;
import io.zrs.secondary.SecondaryStatus;
import io.zrs.storage.Tid;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleWatchTest {
    private static final long START = Long.MAX_VALUE - 1_000_000_000L; // so that it overflows, as System.nanoTime may

    private final IdleWatch watch = new IdleWatch(Duration.ofSeconds(5), START);

    // What the next status says.
    private SecondaryState state = SecondaryState.CONNECTING;
    private long connectCount;
    private long byteCount;
    private long queueSize;
    private boolean allOnDisk = true;
    private Tid last = Tid.NONE;
    private @Nullable Reason lastEnd;

    @Test
    void endsWellWhenNothingNewComes() {
        connect();
        assertThat(at(1)).isEmpty();
        byteCount = 100;
        assertThat(at(3)).isEmpty();
        assertThat(at(7.9)).isEmpty();
        assertThat(at(8)).contains(ExitCode.OK);
    }

    @Test
    void waitsUntilAllIsOnDisk() {
        connect();
        byteCount = 100;
        queueSize = 100;
        allOnDisk = false;
        assertThat(at(1)).isEmpty();
        assertThat(at(60)).isEmpty();
        queueSize = 0;
        allOnDisk = true;
        last = new Tid(1);
        assertThat(at(61)).isEmpty();
        assertThat(at(66)).contains(ExitCode.OK);
    }

    @Test
    void givesUpAPrimaryThatStallsInATransaction() {
        connect();
        byteCount = 100;
        allOnDisk = false;
        assertThat(at(1)).isEmpty();
        assertThat(at(6)).isEmpty();
        assertThat(at(6.0 + (double) IdleWatch.STALL.toSeconds())).contains(ExitCode.CLOSED_BY_PRIMARY);
    }

    @Test
    void saysThatNoConnectionCameAbout() {
        assertThat(at(1)).isEmpty();
        lose(Reason.NOT_CONNECTED);
        assertThat(at(4.9)).isEmpty();
        assertThat(at(5)).contains(ExitCode.NEVER_CONNECTED);
    }

    @Test
    void waitsForAPrimaryThatListensLater() {
        lose(Reason.NOT_CONNECTED);
        assertThat(at(4)).isEmpty();
        connect();
        assertThat(at(4.5)).isEmpty();
        assertThat(at(9.4)).isEmpty();
        assertThat(at(9.5)).contains(ExitCode.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, REFUSED",
        "CLOSED, CLOSED_BY_PRIMARY",
        "LOST, CLOSED_BY_PRIMARY",
        "DAMAGED_STREAM, DAMAGED_STREAM",
        "LOCAL_FAILURE, CANNOT_STORE"
    })
    void saysHowTheConnectionEnded(Reason reason, ExitCode code) {
        connect();
        assertThat(at(1)).isEmpty();
        lose(reason);
        connect(); // already, before anybody has looked
        assertThat(at(2)).contains(code);
    }

    private void connect() {
        state = SecondaryState.FOLLOWING;
        connectCount++;
    }

    private void lose(Reason reason) {
        state = SecondaryState.WAITING;
        lastEnd = reason;
    }

    private Optional<ExitCode> at(double seconds) {
        SecondaryStatus status = new SecondaryStatus(
                state,
                InetSocketAddress.createUnresolved("primary", 1),
                "zrs2.1",
                last,
                connectCount,
                0,
                byteCount,
                queueSize,
                allOnDisk,
                Optional.ofNullable(lastEnd).map(reason -> new Disconnection(reason, "because")));
        return watch.observe(status, START + (long) (seconds * 1e9));
    }
}
