package io.zrs.filestorage;

import io.zrs.storage.Oid;
import java.nio.ByteBuffer;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Loads beside a commit, interleaved by a model checker: a transaction is seen whole or not at all, and never gone again. */
class PublicationLincheckTest {
    private static final int INTERLEAVINGS = 60;

    /** What works on bytes. */
    private static final List<Class<?>> STEPS = List.of(MemoryLogFile.class, DataRecordHeader.class);

    @Test
    void transactionIsSeenWholeOrNotAtAll() {
        Interleavings.explore(LoadsBesideCommit.class, INTERLEAVINGS, STEPS);
    }

    /** A reader, and a writer of a second revision of two objects. Transactions consist of nothing but their records. */
    public static class LoadsBesideCommit {
        private static final Oid ONE = new Oid(1);
        private static final Oid OTHER = new Oid(300);
        private static final int RECORD_BYTES = DataRecordHeader.BYTES + 1;
        private static final int TRANSACTION_BYTES = 2 * RECORD_BYTES;

        private final MemoryLogFile file = new MemoryLogFile("Data.fs");
        private final ObjectIndex index = new ObjectIndex();
        private final CommitAnnouncer announcer;

        /** With a first revision of both. */
        public LoadsBesideCommit() {
            Generation log = new Generation(file, index, new TransactionFinder(file));
            announcer = new CommitAnnouncer(new View(log, LogStructure.START, 0, 0));
            commit(1);
        }

        @Operation(runOnce = true)
        public void commit() {
            commit(2);
        }

        @Operation(runOnce = true)
        public void load() {
            long announced = announcer.announced().lastTid();
            long first = load(ONE);
            long second = load(OTHER);
            long third = load(ONE);
            if (announced > first || first > second || second > third) {
                throw new AssertionError(
                        announced + " was announced, then were loaded " + first + ", " + second + " and " + third);
            }
        }

        @Validate
        public void transactionIsThere() {
            if (load(ONE) != 2 || load(OTHER) != 2) {
                throw new AssertionError("it is not there");
            }
        }

        private void commit(long tid) {
            long offset = LogStructure.START + (tid - 1) * TRANSACTION_BYTES;
            write(ONE, tid, offset);
            write(OTHER, tid, offset + RECORD_BYTES);
            announcer.announce(new FinishedTransaction(offset, offset + TRANSACTION_BYTES, tid, ' ', 2));
        }

        private void write(Oid oid, long tid, long offset) {
            long previous = index.get(oid.value());
            ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
            new DataRecordHeader(oid.value(), tid, previous, 0, 0, 1).write(record);
            file.write(record.rewind(), offset);
            index.put(oid.value(), offset);
        }

        /** Tid of the current revision. */
        private long load(Oid oid) {
            return announcer.reading(
                    view -> view.log().loader().load(oid, view.end()).tid().value());
        }
    }
}
