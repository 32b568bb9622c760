package io.zrs.secondary;

import io.zrs.reactor.Cancellable;
import io.zrs.secondary.Disconnection.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to the primary: connects, and when the connection is gone and what it brought is on disk, waits and connects again.
 *
 * <pre>
 * CONNECTING ── connected ──▶ FOLLOWING ── disconnected ──▶ WAITING or FAILED ── drained, delay ──▶ CONNECTING
 *      └── failed ──▶ WAITING ── delay ──▶ CONNECTING
 * </pre>
 *
 * <p>Threading: confined to the reactor thread, but for {@link #snapshot}.
 */
final class Link implements Connection.Owner {
    /** What others may know, at the end of an event. */
    record Snapshot(
            SecondaryState state,
            long connectCount,
            long transactionCount,
            long byteCount,
            boolean transactionOpen,
            Optional<Disconnection> disconnection) {}

    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    private final Wiring wiring;
    private final Runnable stateChanged;
    private final Counters counters = new Counters();
    private @Nullable Connection connection;
    private @Nullable Cancellable retry;
    private int failureCount;
    private boolean closed;
    private Optional<Disconnection> disconnection = Optional.empty();
    private volatile Snapshot snapshot = new Snapshot(SecondaryState.CONNECTING, 0, 0, 0, false, Optional.empty());

    /**
     * A link that is not connected.
     *
     * @param stateChanged is called when the state has changed; must not block
     */
    Link(Wiring wiring, Runnable stateChanged) {
        this.wiring = wiring;
        this.stateChanged = stateChanged;
    }

    /** What is known now. Any thread. */
    Snapshot snapshot() {
        return snapshot;
    }

    /** Connects, and does so again whenever it is needed. */
    void connect() {
        if (closed) {
            return;
        }
        LOG.info("{}: connecting", wiring.peer());
        connection = new Connection(wiring, counters, this);
        publish(SecondaryState.CONNECTING);
        connection.open();
    }

    /** Drops the connection, and makes no other. */
    void close() {
        closed = true;
        if (retry != null) {
            retry.cancel();
        }
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void connected() {
        publish(SecondaryState.FOLLOWING);
    }

    @Override
    public void received() {
        publish(SecondaryState.FOLLOWING);
    }

    @Override
    public void progressed() {
        failureCount = 0;
    }

    @Override
    public void connectFailed(Disconnection reason) {
        if (!closed) {
            note(reason);
            scheduleRetry(reason);
        }
    }

    @Override
    public void disconnected(Disconnection reason) {
        if (closed) {
            LOG.info("{}: disconnected", wiring.peer());
            return;
        }
        boolean first = connection != null;
        note(reason);
        if (first) {
            drain();
        }
    }

    @Override
    public void drained() {
        if (!closed) {
            disconnection.ifPresent(this::scheduleRetry);
        }
    }

    private void note(Disconnection reason) {
        boolean failed = reason.reason() == Reason.LOCAL_FAILURE;
        failureCount++;
        disconnection = Optional.of(reason);
        if (failed || reason.reason() == Reason.DAMAGED_STREAM) {
            LOG.error("{}: {}", wiring.peer(), reason.message());
        } else {
            LOG.warn("{}: {}", wiring.peer(), reason.message());
        }
        publish(failed ? SecondaryState.FAILED : SecondaryState.WAITING);
    }

    private void drain() {
        Connection gone = connection;
        connection = null;
        try {
            if (gone != null) {
                wiring.applier().add(Batch.end(gone));
            }
        } catch (RejectedExecutionException e) {
            note(new Disconnection(
                    Reason.LOCAL_FAILURE,
                    "following ends for good, the executor takes no more tasks: " + e.getMessage()));
        }
    }

    private void scheduleRetry(Disconnection reason) {
        RetryPolicy policy = wiring.settings().retry();
        Duration delay = reason.reason() == Reason.LOCAL_FAILURE ? policy.longestDelay() : policy.delay(failureCount);
        LOG.info("{}: next attempt in {} s", wiring.peer(), delay.toMillis() / 1000.0);
        retry = wiring.reactor().callLater(delay, this::connect);
    }

    private void publish(SecondaryState state) {
        SecondaryState before = snapshot.state();
        snapshot = new Snapshot(
                state,
                counters.connectCount,
                counters.transactionCount,
                counters.byteCount,
                connection != null && connection.isTransactionOpen(),
                disconnection);
        if (state != before) {
            stateChanged.run();
        }
    }
}
