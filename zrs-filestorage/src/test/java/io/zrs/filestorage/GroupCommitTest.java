package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often a disk is forced that is far slower than everything else. */
class GroupCommitTest {
    private static final int COMMITTERS = 16;
    private static final int COMMITS_EACH = 40;

    private final Path path = memoryPath();
    private final AtomicInteger forces = new AtomicInteger();
    private final List<Committer> committers = new CopyOnWriteArrayList<>();

    @Test
    void oneCommitTakesTwoForces() {
        try (FileStorage storage = FileStorage.open(path, options(), CountingLogFile::new)) {
            commit(storage, 1, 1);
            forces.set(0);
            Tid tid = Tid.NONE;
            for (int i = 0; i < 10; i++) {
                tid = store(storage, 2, tid, "x");
            }
            assertThat(forces).hasValue(20);
        }
    }

    @Test
    void aBacklogIsForcedTogether() {
        try (FileStorage storage = FileStorage.open(path, options(), CountingLogFile::new)) {
            commit(storage, 1, 1);
            forces.set(0);
            for (long tid = 2; tid < 1000; tid++) {
                finish(storage, tid, tid);
            }
            assertThat(forces).hasValue(0);
            restorable(storage).force();
            assertThat(forces).hasValue(2);
            restorable(storage).force();
            assertThat(forces).as("nothing to do").hasValue(2);
        }
    }

    @Test
    void sixteenCommittersShareForcesAtLeastEightfold() throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (FileStorage storage = FileStorage.open(path, options(), CountingLogFile::new)) {
            commit(storage, 1, 1);
            forces.set(0);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < COMMITTERS; i++) {
                Committer committer = new Committer(storage, 100 + i);
                committers.add(committer);
                Thread thread = new Thread(committer);
                thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
                threads.add(thread);
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            int alone = 2 * COMMITTERS * COMMITS_EACH;
            assertThat(forces.get()).isLessThanOrEqualTo(alone / 8);
        }
        try (FileStorage storage = open(path)) {
            List<Long> tids = tids(storage);
            assertThat(tids).hasSize(COMMITTERS * COMMITS_EACH + 1).isSorted().doesNotHaveDuplicates();
        }
    }

    private static final class Committer implements Runnable {
        private final FileStorage storage;
        private final Oid oid;
        private volatile Tid pending = Tid.NONE;

        Committer(FileStorage storage, long oid) {
            this.storage = storage;
            this.oid = new Oid(oid);
        }

        @Override
        public void run() {
            try {
                Tid tid = Tid.NONE;
                for (int i = 0; i < COMMITS_EACH; i++) {
                    tid = commitOne(tid);
                    assertThat(storage.load(oid).tid()).as("visible at once").isEqualTo(tid);
                    assertThat(storage.lastTransaction()).isGreaterThanOrEqualTo(tid);
                }
            } finally {
                pending = Tid.MAX;
            }
        }

        /** Whether it is about to finish a transaction, or has come to its end. */
        boolean isWaiting() {
            return pending.compareTo(storage.lastTransaction()) > 0;
        }

        private Tid commitOne(Tid oldSerial) {
            try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
                transaction.store(oid, oldSerial, data("data of " + oid));
                transaction.vote();
                pending = transaction.tid();
                return transaction.finish();
            }
        }
    }

    /** A force takes until all committers wait for one. */
    private final class CountingLogFile extends ObservedLogFile {
        CountingLogFile(LogFile file) {
            super(file);
        }

        @Override
        public void force() {
            forces.incrementAndGet();
            for (Committer committer : committers) {
                while (!committer.isWaiting()) {
                    Thread.onSpinWait();
                }
            }
            super.force();
        }
    }
}
