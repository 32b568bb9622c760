package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When an end finds out that its connection is silent: by its probes, or instead by what it sends and nobody acknowledges. */
final class Silence {
    /** Between two attempts to send the same again. */
    private static final Duration RETRANSMISSION = Duration.ofSeconds(10);

    private final Connection connection;
    private final ConnectionEnd end;
    private boolean sending;
    private boolean answered;
    private @Nullable Cancellable discovery;

    Silence(Connection connection, ConnectionEnd end) {
        this.connection = connection;
        this.end = end;
    }

    void begin() {
        sending = !end.out().isIdle();
        NetworkTimeouts timeouts = connection.link().timeouts();
        discoverAfter((sending ? timeouts.retransmission() : timeouts.keepAlive()).toNanos(), timedOut());
    }

    /** The end has sent something. */
    void sent() {
        if (connection.isFlowing() || sending) {
            return;
        }
        sending = true;
        Link link = connection.link();
        if (answered) {
            discoverAfter(2 * link.latencyNanos(), Connection.resetByPeer());
        } else {
            discoverAfter(link.timeouts().retransmission().toNanos(), timedOut());
        }
    }

    /** Whatever is sent is answered from now on: that there is no such connection. */
    void answered() {
        answered = true;
        if (sending) {
            discoverAfter(connection.link().random().nextLong(RETRANSMISSION.toNanos()), Connection.resetByPeer());
        }
    }

    void end() {
        if (discovery != null) {
            discovery.cancel();
        }
    }

    private void discoverAfter(long nanos, IOException cause) {
        end();
        if (!end.isGone() && end.failure() == null) {
            discovery = connection.later(nanos, () -> end.failed(cause));
        }
    }

    private static IOException timedOut() {
        return new IOException("Connection timed out");
    }
}
