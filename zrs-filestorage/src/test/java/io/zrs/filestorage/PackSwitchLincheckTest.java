package io.zrs.filestorage;

import java.nio.ByteBuffer;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Readers and followers while packs put one log after the other in place, interleaved by a model checker. */
class PackSwitchLincheckTest {
    private static final int INTERLEAVINGS = 120;

    @Test
    void readerGetsAnAnswerWhateverIsClosed() {
        Interleavings.explore(Reading.class, INTERLEAVINGS);
    }

    @Test
    void pinnedLogStaysOpen() {
        Interleavings.explore(Pinning.class, INTERLEAVINGS);
    }

    @Test
    void followerIsWokenForEachTransaction() {
        Interleavings.explore(Following.class, INTERLEAVINGS);
    }

    private static void checkThat(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Three logs, of which each says its number; the first one is current. */
    public abstract static class Packing {
        private final MemoryLogFile[] files = new MemoryLogFile[3];
        private final Generation[] logs = new Generation[files.length];
        final CommitAnnouncer announcer;

        Packing() {
            for (int i = 0; i < files.length; i++) {
                files[i] = new MemoryLogFile("Data.fs", (byte) i);
                logs[i] = new Generation(files[i], new ObjectIndex(), new TransactionFinder(files[i]));
            }
            announcer = new CommitAnnouncer(new View(logs[0], 1, 0, 0));
        }

        static int number(View view) {
            ByteBuffer target = ByteBuffer.allocate(1);
            view.log().file().read(target, 0);
            return target.get(0);
        }

        @Operation(runOnce = true)
        public void pack() {
            announcer.exchange(logs[1], 1, 0);
            announcer.exchange(logs[2], 1, 0);
        }

        @Validate
        public void leavesOnlyTheCurrentLogOpen() {
            checkThat(files[0].isClosed() && files[1].isClosed(), "a log that was replaced stays open");
            checkThat(!files[2].isClosed(), "the current log is closed");
        }
    }

    /** Who reads a record or two. */
    public static class Reading extends Packing {
        @Operation(runOnce = true)
        public void read() {
            int first = announcer.reading(Packing::number);
            int second = announcer.reading(Packing::number);
            checkThat(first <= second, "went back from " + first + " to " + second);
        }
    }

    /** Who reads on. */
    public static class Pinning extends Packing {
        @Operation(runOnce = true)
        public void read() {
            View view = announcer.pinned();
            int first = number(view);
            int second = number(view);
            checkThat(first == second, "read from " + first + ", then from " + second);
            view.log().unpin();
        }
    }

    /** Who registers, then looks again, as a follower has to. */
    public static class Following {
        private final CommitAnnouncer announcer;
        private final long waiter;
        private long seen;

        /** Begins with an empty log. */
        public Following() {
            MemoryLogFile file = new MemoryLogFile("Data.fs");
            Generation log = new Generation(file, new ObjectIndex(), new TransactionFinder(file));
            announcer = new CommitAnnouncer(new View(log, LogStructure.START, 0, 0));
            waiter = announcer.newWaiter();
        }

        @Operation(runOnce = true)
        public void follow() {
            announcer.wakeOnCommit(waiter, this::follow);
            look(announcer.announced().lastTid());
        }

        @Operation(runOnce = true)
        public void commit() {
            announcer.announce(new FinishedTransaction(LogStructure.START, 100, 1, ' ', 1));
            announcer.announce(new FinishedTransaction(100, 200, 2, ' ', 1));
        }

        @Validate
        public void seesTheLastTransaction() {
            checkThat(seen == 2, "seen: " + seen);
        }

        private synchronized void look(long tid) {
            seen = Math.max(seen, tid);
        }
    }
}
