package io.zrs.primary;

import com.google.common.io.Closer;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one follower: compares histories, then writes transactions for as long as there are some and the peer takes them.
 *
 * <p>It runs in turns on the executor, each of bounded work, and never waits there: a turn ends when the outbox is full, when the log has
 * nothing more, or after {@link #TURN_WORK}, so that many feeds share few threads.
 *
 * <p>Threading: thread-safe; what is private is confined to the turns, one at a time.
 */
final class Feed {
    /** After so many bytes it is the next feed's turn. */
    static final int TURN_WORK = 1 << 20;

    private final TransactionLog log;
    private final Tid start;
    private final SendingSession session;
    private final Outbox outbox;
    private final Events events;
    private final TransactionSender sender;
    private final SerialTask task;

    private volatile boolean isStopped;
    private volatile @Nullable Tid drainTo;
    private volatile Progress progress = Progress.MATCHING;
    private @Nullable TransactionFollower follower;
    private boolean hasCaughtUp;
    private boolean isReleased;

    /** How far a feed is. */
    enum Progress {
        /** The histories are being compared. */
        MATCHING,
        /** Transactions are waiting to be sent. */
        SENDING,
        /** Everything that is visible has been sent. */
        CAUGHT_UP
    }

    /** What a feed tells. Threading: called in its turns, on the executor. */
    interface Events {
        /** Everything after the start will be sent; {@code match} is why. */
        void accepted(HistoryMatch match);

        /** Nothing will be sent; {@code match} is why. */
        void refused(HistoryMatch match);

        /** For the first time all that is visible has been sent. */
        void caughtUp();

        /** A blob record is sent without its blob, as there is no file. */
        void blobMissing(PosKeyException answer);

        /** All that was to be drained has been given to the transport, nothing more follows. */
        void drained();

        /** Nothing more can be sent, what has been sent ends somewhere. */
        void failed(Throwable cause);

        /** The storage is not used any more. Called once, last. */
        void released();
    }

    /**
     * A feed that does nothing before {@link #wake()}.
     *
     * @param start the last transaction that the peer has
     */
    Feed(Setup setup, Tid start, SendingSession session, Outbox outbox, Events events) {
        this.log = setup.log();
        this.start = start;
        this.session = session;
        this.outbox = outbox;
        this.events = events;
        this.sender = new TransactionSender(log, setup.blobs(), session, start, events::blobMissing);
        this.task = new SerialTask(setup.executor(), this::turn, this::release);
    }

    /** There may be something to do. */
    void wake() {
        task.wake();
    }

    /** Ends the feed as soon as possible, in the middle of a record or blob. */
    void stop() {
        isStopped = true;
        task.wake();
    }

    /** Ends the feed when it has sent everything up to {@code target}, or all there is. */
    void drain(Tid target) {
        drainTo = target;
        task.wake();
    }

    /** How far it is. */
    Progress progress() {
        return progress;
    }

    /** The last transaction written whole; at first what the peer had. */
    Tid lastSent() {
        return sender.last();
    }

    private void turn() {
        if (isReleased) {
            return;
        }
        try {
            if (isStopped || (follower == null && !open()) || feed()) {
                release(null);
            }
        } catch (IOException | RuntimeException e) {
            release(e);
        } catch (Error e) {
            release(e);
            throw e;
        }
    }

    /** Compares histories; tells whether they fit. */
    private boolean open() {
        HistoryMatch match = log.matchHistory(start);
        boolean fits = switch (match) {
            case SHARED, PACKED_AWAY -> true;
            case FORKED, AHEAD -> false;
        };
        if (fits) {
            follower = log.follow(start);
            progress = Progress.SENDING;
            events.accepted(match);
        } else {
            events.refused(match);
        }
        return fits;
    }

    /** Sends until something stands against it; tells whether the feed is at its end. */
    private boolean feed() throws IOException {
        int work = 0;
        while (!isStopped && !outbox.isFull()) {
            if (isDrained()) {
                return finish();
            }
            int done = step();
            if (done == 0) {
                return rest();
            }
            work += done;
            if (work >= TURN_WORK) {
                task.wake();
                return false;
            }
        }
        return isStopped;
    }

    private int step() throws IOException {
        TransactionFollower source = follower;
        if (source == null) {
            throw new AssertionError("fed before it was opened");
        }
        int done = sender.step(source);
        if (done == 0) {
            source.onCommit(task::wake);
            // What was committed before that is not announced.
            done = sender.step(source);
        }
        if (done != 0 && progress != Progress.SENDING) {
            progress = Progress.SENDING;
        }
        return done;
    }

    private boolean isDrained() {
        Tid target = drainTo;
        return target != null && sender.isBetweenTransactions() && sender.last().compareTo(target) >= 0;
    }

    private boolean rest() {
        if (drainTo != null) {
            return finish();
        }
        session.flush();
        progress = Progress.CAUGHT_UP;
        if (!hasCaughtUp) {
            hasCaughtUp = true;
            events.caughtUp();
        }
        return false;
    }

    private boolean finish() {
        session.flush();
        events.drained();
        return true;
    }

    private void release(@Nullable Throwable cause) {
        isReleased = true;
        Throwable failure = close(cause);
        if (failure != null && !isStopped) {
            events.failed(failure);
        }
        events.released();
    }

    private @Nullable Throwable close(@Nullable Throwable cause) {
        Closer closer = Closer.create();
        closer.register(sender);
        TransactionFollower open = follower;
        if (open != null) {
            closer.register(open::close);
        }
        try {
            closer.close();
            return cause;
        } catch (IOException | RuntimeException e) {
            return cause == null ? e : cause;
        }
    }
}
