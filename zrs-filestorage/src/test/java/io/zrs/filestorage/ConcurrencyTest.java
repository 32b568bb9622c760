package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers, interrupted ones among them, while somebody writes, aborts and forces. */
class ConcurrencyTest {
    private static final long TIDS = 1500;

    @TempDir
    private Path directory;

    @Test
    void readersSeeWholeTransactionsInOrderWhileOthersAreWritten() throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (FileStorage storage = FileStorage.open(directory.resolve("Data.fs"), options())) {
            commit(storage, 1, 1, 2);
            List<Thread> readers = new ArrayList<>();
            for (Runnable reader : List.<Runnable>of(() -> load(storage), () -> load(storage), () -> follow(storage))) {
                Thread thread = new Thread(reader);
                thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
                readers.add(thread);
                thread.start();
            }
            for (long tid = 2; tid <= TIDS; tid++) {
                write(storage, tid);
                readers.get(0).interrupt();
            }
            restorable(storage).force();
            for (Thread reader : readers) {
                reader.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void write(FileStorage storage, long tid) {
        if (tid % 5 == 0) {
            try (RestoreTransaction aborted = begin(storage, tid)) {
                aborted.restore(new Oid(1), new Tid(tid), ByteBuffer.allocate(100_000), null);
                aborted.vote();
            }
        }
        finish(storage, tid, 1, 2);
        if (tid % 3 == 0) {
            restorable(storage).force();
        }
    }

    private static void load(FileStorage storage) {
        long last = 0;
        while (last < TIDS) {
            long announced = storage.lastTransaction().value();
            for (long oid = 1; oid <= 2; oid++) {
                ObjectRevision revision = storage.load(new Oid(oid));
                assertThat(revision.tid().value()).isGreaterThanOrEqualTo(Math.max(last, announced));
                assertThat(text(revision.data()))
                        .isEqualTo(oid + ":" + revision.tid().value());
                last = revision.tid().value();
            }
            ObjectRevision old = storage.loadBefore(new Oid(1), new Tid(last));
            assertThat(last == 1 || (old != null && old.tid().value() == last - 1))
                    .isTrue();
        }
    }

    private static void follow(FileStorage storage) {
        try (TransactionFollower follower = log(storage).follow(Tid.NONE)) {
            long expected = 1;
            while (expected <= TIDS) {
                LogTransaction next = follower.next();
                if (next == null) {
                    Thread.onSpinWait();
                    continue;
                }
                assertThat(next.header().tid()).isEqualTo(new Tid(expected));
                DataRecord record = next.nextRecord();
                assertThat(record).isNotNull();
                expected++;
            }
        }
    }
}
