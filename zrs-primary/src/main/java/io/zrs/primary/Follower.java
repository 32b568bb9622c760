package io.zrs.primary;

import io.zrs.primary.FollowerStatus.State;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.SendingEvents;
import io.zrs.reactor.Cancellable;
import io.zrs.reactor.Transport;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One connection from beginning to end: the handshake, the {@link Feed}, and who hears what went wrong.
 *
 * <p>Threading: confined to the reactor thread, but for {@link #status}.
 */
final class Follower {
    private final Setup setup;
    private final Transport transport;
    private final Followers followers;
    private final Outbox outbox;
    private final PeerInput input;
    private final AtomicLong blobsMissing = new AtomicLong();

    /** Breaks the connection off. */
    private Cancellable timeout;

    /** What is still in use: the connection, the feed. */
    private int useCount = 1;

    private volatile @Nullable Feed feed;
    private volatile @Nullable Tid acknowledged;
    private volatile boolean isClosing;

    Follower(Setup setup, Transport transport, Followers followers) {
        this.setup = setup;
        this.transport = transport;
        this.followers = followers;
        this.outbox = new Outbox(transport);
        this.input = new PeerInput(setup, new Introduction(), outbox);
        this.timeout = setup.reactor()
                .callLater(
                        setup.settings().handshakeTimeout(),
                        () -> breakOff(Level.WARN, "closed, it has not introduced itself in time", null));
        log(Level.DEBUG, "connected", null);
    }

    /** The peer's address. */
    String peer() {
        return transport.peer();
    }

    /** Takes bytes of the peer. */
    void received(ByteBuffer bytes) {
        if (isClosing) {
            return;
        }
        try {
            input.receive(bytes);
        } catch (ProtocolException e) {
            breakOff(Level.WARN, "closed, it broke the protocol", e);
        }
    }

    /** The transport takes bytes again. */
    void writable() {
        outbox.writable();
        Feed current = feed;
        if (current != null) {
            current.wake();
        }
    }

    /** The connection is gone. */
    void disconnected(@Nullable Throwable cause) {
        if (!isClosing && cause == null) {
            log(Level.INFO, "disconnected" + position(), null);
        } else if (!isClosing) {
            problem(isOrdinary(cause) ? Level.INFO : Level.ERROR, "disconnected" + position(), cause);
        }
        end();
        endUse();
    }

    /** Closes the connection once everything up to {@code target} is sent, or at once if the peer has not introduced itself. */
    void drain(Tid target) {
        Feed current = feed;
        if (current == null) {
            abort();
        } else {
            current.drain(target);
        }
    }

    /** Closes the connection at once. */
    void abort() {
        if (!isClosing) {
            log(feed == null ? Level.DEBUG : Level.INFO, "closed" + position(), null);
        }
        end();
        transport.abort();
    }

    /** Any thread may call. */
    FollowerStatus status() {
        Feed current = feed;
        return new FollowerStatus(
                transport.peer(),
                input.protocol(),
                state(current),
                current == null ? null : current.lastSent(),
                acknowledged,
                outbox.bytesSent(),
                blobsMissing.get());
    }

    private State state(@Nullable Feed current) {
        if (isClosing) {
            return State.CLOSING;
        }
        if (current == null) {
            return State.HANDSHAKE;
        }
        return switch (current.progress()) {
            case MATCHING -> State.HANDSHAKE;
            case SENDING -> State.SENDING;
            case CAUGHT_UP -> State.CAUGHT_UP;
        };
    }

    private void serve(Tid last) {
        timeout.cancel();
        followers.introduced(this);
        useCount++;
        Feed started = new Feed(setup, last, input.session(), outbox, new Report(last));
        feed = started;
        started.wake();
    }

    private void refuse(String reason) {
        if (isClosing) {
            return;
        }
        problem(Level.WARN, "refused, " + reason, null);
        end();
        input.session().refuse(reason);
        transport.close();
        timeout = setup.reactor().callLater(setup.settings().handshakeTimeout(), transport::abort);
    }

    private void closeDrained() {
        if (!isClosing) {
            log(Level.INFO, "closed" + position(), null);
            end();
            transport.close();
        }
    }

    private void breakOff(Level level, String event, @Nullable Throwable cause) {
        if (!isClosing) {
            problem(level, event, cause);
            end();
            transport.abort();
        }
    }

    private void end() {
        isClosing = true;
        timeout.cancel();
        Feed current = feed;
        if (current != null) {
            current.stop();
        }
    }

    private void endUse() {
        useCount--;
        if (useCount == 0) {
            followers.gone(this);
        }
    }

    private void problem(Level level, String event, @Nullable Throwable cause) {
        followers.problem(log(level, event, cause));
    }

    /** One line, and a stack trace only where it shows a fault of the program. */
    private String log(Level level, String event, @Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        String reason = cause == null ? "" : ": " + (message == null ? cause.toString() : message);
        String line = transport.peer() + ": " + event + reason;
        Primary.log.atLevel(level).setCause(isOrdinary(cause) ? null : cause).log(line);
        return line;
    }

    private String position() {
        Feed current = feed;
        return current == null ? "" : ", the last transaction sent is " + describe(current.lastSent());
    }

    private static String describe(Tid tid) {
        return tid.equals(Tid.NONE) ? "none" : tid + " (" + tid.toTimeString() + ")";
    }

    private static boolean isOrdinary(@Nullable Throwable cause) {
        return cause == null
                || cause instanceof IOException
                || cause instanceof UncheckedIOException
                || cause instanceof ProtocolException
                || cause instanceof StorageException;
    }

    /** What the secondary tells. */
    private final class Introduction implements SendingEvents {
        @Override
        public void start(Tid last) {
            serve(last);
        }

        @Override
        public void acknowledged(Tid tid) {
            acknowledged = tid;
        }
    }

    /** What the feed tells, on the executor. */
    private final class Report implements Feed.Events {
        private final Tid start;

        Report(Tid start) {
            this.start = start;
        }

        @Override
        public void accepted(HistoryMatch match) {
            String doubt = match == HistoryMatch.PACKED_AWAY ? ", which may have been packed away here" : "";
            log(Level.INFO, "follows by " + input.protocol() + " from " + describe(start) + doubt, null);
        }

        @Override
        public void refused(HistoryMatch match) {
            String here = describe(setup.storage().lastTransaction());
            String reason = match == HistoryMatch.AHEAD
                    ? "the secondary is ahead: its last transaction is " + describe(start) + ", the last one here "
                            + here
                    : "the histories have parted: its last transaction " + describe(start)
                            + " never was here, where the last one is " + here;
            post(() -> refuse(reason));
        }

        @Override
        public void caughtUp() {
            log(Level.INFO, "has been sent all there is" + position(), null);
        }

        @Override
        public void blobMissing(PosKeyException answer) {
            Level level = blobsMissing.getAndIncrement() == 0 ? Level.WARN : Level.DEBUG;
            log(level, "a blob record is sent without its blob, which was never written or has lost its file", answer);
        }

        @Override
        public void drained() {
            post(Follower.this::closeDrained);
        }

        @Override
        public void failed(Throwable cause) {
            post(() -> breakOff(Level.ERROR, "closed, as sending failed" + position(), cause));
        }

        @Override
        public void released() {
            post(Follower.this::endUse);
        }

        private void post(Runnable task) {
            try {
                setup.reactor().execute(task);
            } catch (RejectedExecutionException e) {
                // The reactor was closed, and the connection with it.
                Primary.log.debug("{}: too late to tell", transport.peer(), e);
            }
        }
    }
}
