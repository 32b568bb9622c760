package io.zrs.secondary;

import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.RefusedException;
import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.Transport;
import io.zrs.secondary.Disconnection.Reason;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the primary, from the attempt to make it until what it brought is on disk.
 *
 * <p>A connection that has lasted for the longest retry delay counts as one that went well, even if nothing came: a primary of {@code zrs2.x}
 * says nothing to a secondary that has all.
 *
 * <p>Threading: confined to the reactor thread, but for what a {@link Batch.Source} does, which goes there by itself.
 */
final class Connection implements ConnectionHandler, Batch.Source {
    /** Is told what becomes of the connection, on the reactor thread. */
    interface Owner {
        /** The connection is there. */
        void connected();

        /** Something has come. */
        void received();

        /** Something went well that did not go well by chance. */
        void progressed();

        /** The attempt failed; nothing else follows. */
        void connectFailed(Disconnection disconnection);

        /** The connection is gone, or what it had brought could not be stored. */
        void disconnected(Disconnection disconnection);

        /** What the connection, which is gone, had brought is on disk. */
        void drained();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    private final Wiring wiring;
    private final Counters counters;
    private final Owner owner;
    private final long byteCountBefore;
    private final StallWatch watch;
    private @Nullable Cancellable attempt;

    /** The time-out of the attempt; then what makes the connection one that went well, null when that has happened. */
    private @Nullable Cancellable timer;

    private @Nullable Cancellable keepAlive;
    private @Nullable Transport transport;
    private @Nullable Intake intake;

    /** Null before the connection is there, and when it is gone. */
    private @Nullable ReceivingSession session;

    private @Nullable Throwable localFailure;
    private boolean readingPaused;
    private boolean stalled;

    /** A connection that has not been attempted yet. */
    Connection(Wiring wiring, Counters counters, Owner owner) {
        this.wiring = wiring;
        this.counters = counters;
        this.owner = owner;
        this.byteCountBefore = counters.byteCount;
        this.watch = new StallWatch(wiring.reactor(), this::stalled);
    }

    /** Attempts to connect. */
    void open() {
        Duration timeout = wiring.settings().connectTimeout();
        timer = wiring.reactor().callLater(timeout, this::timedOut);
        attempt = wiring.reactor().connect(wiring.primary(), this);
    }

    /** Ends the attempt or the connection at once; the owner is told nothing more of an attempt. */
    void close() {
        cancelTimers();
        if (transport != null) {
            transport.abort();
        } else if (attempt != null) {
            attempt.cancel();
        }
    }

    /** Whether a transaction has come in part only. */
    boolean isTransactionOpen() {
        return session != null && intake != null && intake.isTransactionOpen();
    }

    private void timedOut() {
        close();
        String message =
                "no answer within " + wiring.settings().connectTimeout().toSeconds() + " s";
        owner.connectFailed(new Disconnection(Reason.NOT_CONNECTED, message));
    }

    @Override
    public void connectFailed(IOException cause) {
        cancelTimers();
        owner.connectFailed(new Disconnection(Reason.NOT_CONNECTED, "cannot connect: " + text(cause)));
    }

    @Override
    public void connected(Transport opened) {
        cancelTimers();
        transport = opened;
        counters.connectCount++;
        Tid last = wiring.applier().durable();
        LOG.info(
                "{}: connected by {}, following from {} ({})",
                wiring.peer(),
                wiring.protocol().id(),
                last,
                last.toTimeString());
        intake = new Intake(last, counters);
        session = wiring.protocol()
                .receive(last, intake, opened::write, wiring.settings().limits());
        timer = wiring.reactor().callLater(wiring.settings().retry().delayMax(), this::settle);
        scheduleKeepAlive();
        owner.connected();
    }

    @Override
    public void received(ByteBuffer bytes) {
        if (session == null || localFailure != null) {
            return;
        }
        int byteCount = bytes.remaining();
        long transactionsBefore = counters.transactionCount;
        counters.byteCount += byteCount;
        try {
            session.receive(bytes);
            watch(byteCount, counters.transactionCount > transactionsBefore);
        } finally {
            passOn();
            owner.received();
        }
    }

    @Override
    public void disconnected(@Nullable Throwable cause) {
        session = null;
        boolean settled = timer == null;
        cancelTimers();
        owner.disconnected(disconnection(cause, settled));
    }

    @Override
    public void roomAgain() {
        wiring.onReactor(() -> {
            if (transport != null) {
                transport.resumeReading();
            }
            readingPaused = false;
            watch(0, true);
        });
    }

    @Override
    public void durable(Tid tid) {
        wiring.onReactor(() -> {
            owner.progressed();
            if (session != null) {
                session.acknowledge(tid);
            }
        });
    }

    @Override
    public void failed(Throwable cause) {
        wiring.onReactor(() -> {
            localFailure = cause;
            if (session == null) {
                owner.disconnected(disconnection(null, false));
            } else if (transport != null) {
                transport.abort();
            }
        });
    }

    @Override
    public void drained() {
        wiring.onReactor(owner::drained);
    }

    private void passOn() {
        Batch batch = intake == null ? null : intake.take(this);
        if (batch != null && !wiring.applier().add(batch) && transport != null) {
            transport.pauseReading();
            readingPaused = true;
            watch.rest();
        }
    }

    private void watch(int byteCount, boolean transactionEnded) {
        if (session == null || readingPaused || !session.isMidway()) {
            watch.rest();
        } else if (watch.isResting() || transactionEnded) {
            watch.restart();
        } else {
            watch.received(byteCount);
        }
    }

    private void stalled() {
        stalled = true;
        close();
    }

    private void settle() {
        timer = null;
        owner.progressed();
    }

    private void scheduleKeepAlive() {
        Duration interval = wiring.settings().keepAliveInterval();
        if (!interval.isZero()) {
            keepAlive = wiring.reactor().callLater(interval, this::sendKeepAlive);
        }
    }

    private void sendKeepAlive() {
        if (session != null) {
            session.keepAlive();
            scheduleKeepAlive();
        }
    }

    private void cancelTimers() {
        if (timer != null) {
            timer.cancel();
        }
        if (keepAlive != null) {
            keepAlive.cancel();
        }
        watch.rest();
    }

    private Disconnection disconnection(@Nullable Throwable cause, boolean settled) {
        if (localFailure != null) {
            return new Disconnection(Reason.LOCAL_FAILURE, "cannot store what has come: " + text(localFailure));
        }
        if (stalled) {
            return new Disconnection(
                    Reason.LOST,
                    "connection given up: a transaction or message that has begun does not come to its end");
        }
        if (cause instanceof RefusedException) {
            return new Disconnection(Reason.REFUSED, "refused by the primary: " + cause.getMessage());
        }
        if (cause instanceof ProtocolException) {
            return new Disconnection(Reason.DAMAGED_STREAM, "input data error: " + text(cause));
        }
        if (cause instanceof IOException) {
            return new Disconnection(Reason.LOST, "connection lost: " + text(cause));
        }
        if (cause != null) {
            return new Disconnection(Reason.LOCAL_FAILURE, "cannot take what has come: " + text(cause));
        }
        if (counters.byteCount > byteCountBefore || settled) {
            return new Disconnection(Reason.CLOSED, "closed by the primary");
        }
        return new Disconnection(
                Reason.REFUSED,
                "closed by the primary without a word: it refuses a secondary that is ahead of it or has another history, a storage without"
                        + " blobs if it has some itself, and everybody when it stops; its log may tell");
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null ? type : type + ": " + message;
    }
}
