package io.zrs.filestorage;

import static io.zrs.filestorage.Packs.commit;
import static io.zrs.filestorage.Packs.directory;
import static io.zrs.filestorage.Packs.fill;
import static io.zrs.filestorage.Packs.finish;
import static io.zrs.filestorage.Packs.pack;
import static io.zrs.filestorage.Packs.undo;
import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionLog.Order;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits, reads, followers, ends and second packs in the middle of a pack. */
class PackWhileUsedTest {
    private final Path path = memoryPath();

    /** Calls something at each call of a listener, with the number of the call. */
    private static class Steps implements PackListener {
        private final IntConsumer step;
        private int count;

        Steps(IntConsumer step) {
            this.step = step;
        }

        @Override
        public void progress(Phase phase, long done, long total) {
            assertThat(done).isBetween(0L, total);
            step.accept(count++);
        }

        @Override
        public void beforeSwitch() {
            step.accept(count++);
        }
    }

    private static final class BeforeSwitch implements PackListener {
        private final Runnable action;

        BeforeSwitch(Runnable action) {
            this.action = action;
        }

        @Override
        public void beforeSwitch() {
            action.run();
        }
    }

    /** Something that a listener must not do itself. */
    private static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
    }

    private static PackListener whileCopying(Runnable action) {
        boolean[] done = {false};
        return new PackListener() {
            @Override
            public void progress(Phase phase, long position, long total) {
                if (phase == Phase.COPY && !done[0]) {
                    done[0] = true;
                    elsewhere(action);
                }
            }
        };
    }

    @Test
    void commitsInAnyPhaseAreThereAfterwards() {
        try (FileStorage storage = open(path);
                TransactionFollower follower = log(storage).follow(new Tid(8))) {
            fill(storage);
            long[] last = {8};
            PackListener listener = new PackListener() {
                @Override
                public void progress(Phase phase, long done, long total) {
                    elsewhere(() -> {
                        commit(storage, ++last[0], 1, 3);
                        commit(storage, ++last[0], 3);
                    });
                }
            };
            pack(storage, 8, Garbage.COLLECT, listener);
            long[] committed = LongStream.rangeClosed(9, last[0]).toArray();
            assertThat(committed).hasSizeGreaterThan(6);
            assertThat(tids(storage))
                    .containsExactlyElementsOf(LongStream.concat(LongStream.of(3, 4, 6, 8), LongStream.of(committed))
                            .boxed()
                            .toList());
            assertThat(text(storage.load(new Oid(3)).data())).contains("3:" + last[0]);
            assertThat(storage.loadBefore(new Oid(1), new Tid(9))).isNotNull();
            assertThat(tids(follower))
                    .containsExactlyElementsOf(LongStream.of(committed).boxed().toList());
            commit(storage, last[0] + 1, 1);
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).hasSizeGreaterThan(10);
            pack(storage, storage.lastTransaction().value());
            assertThat(storage.objectCount()).isEqualTo(4);
        }
    }

    @Test
    void aCommitDuringTheSwitchComesAfterIt() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            List<CompletableFuture<Tid>> stored = new ArrayList<>();
            pack(storage, 8, Garbage.COLLECT, new BeforeSwitch(() -> {
                assertThat(storage.load(new Oid(1)).tid())
                        .as("readers do not wait")
                        .isEqualTo(new Tid(6));
                stored.add(CompletableFuture.supplyAsync(
                        () -> store(storage, 1, new Tid(6), "new"), task -> new Thread(task).start()));
            }));
            Tid tid = stored.get(0).join();
            assertThat(storage.load(new Oid(1)).tid()).isEqualTo(tid);
            assertThat(storage.loadBefore(new Oid(1), tid)).isNotNull();
        }
    }

    @Test
    void whatIsNotForcedStaysInvisibleUntilItIs() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            finish(storage, 9, 1);
            pack(storage, 100, Garbage.COLLECT, whileCopying(() -> finish(storage, 10, 3)));
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(8));
            assertThat(storage.load(new Oid(1)).tid()).isEqualTo(new Tid(6));
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L);
            finish(storage, 11, 2, 3);
            restorable(storage).force();
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L, 10L, 11L);
            assertThat(storage.load(new Oid(1)).tid()).isEqualTo(new Tid(9));
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L, 10L, 11L);
        }
    }

    /** The switch comes when the status of one transaction has been written, but not forced. */
    @Test
    void whatIsHalfDurableBecomesVisibleAfterwards() throws InterruptedException {
        CountDownLatch leads = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        List<Tid> atTheSwitch = new ArrayList<>();
        try (FileStorage storage = FileStorage.open(path, options(), file -> new ObservedLogFile(file) {
            @Override
            public void force() {
                if (Thread.currentThread().getName().equals("leader")) {
                    leads.countDown();
                    Uninterruptibles.awaitUninterruptibly(goesOn);
                }
                super.force();
            }
        })) {
            fill(storage);
            finish(storage, 9, 1);
            Thread leader = new Thread(restorable(storage)::force, "leader");
            leader.start();
            leads.await();
            finish(storage, 10, 3);
            PackListener listener = new BeforeSwitch(() -> atTheSwitch.add(storage.lastTransaction()));
            Thread packer = new Thread(() -> pack(storage, 8, Garbage.COLLECT, listener));
            startUntilItWaits(packer);
            Thread other = new Thread(restorable(storage)::force);
            startUntilItWaits(other);
            goesOn.countDown();
            for (Thread thread : List.of(leader, packer, other)) {
                thread.join();
            }
            // Nearly always the first; but the other thread may overtake the packer.
            assertThat(atTheSwitch).singleElement().isIn(new Tid(9), new Tid(10));
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L, 10L);
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L, 10L);
        }
    }

    private static void startUntilItWaits(Thread thread) {
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aRestoredPointerToWhatIsGoneIsReplacedByTheData() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            byte[] gone = storage.loadSerial(new Oid(1), new Tid(2));
            byte[] packed = storage.loadSerial(new Oid(1), new Tid(6));
            pack(storage, 8, Garbage.COLLECT, whileCopying(() -> {
                undo(storage, 9, 1, 2, gone);
                undo(storage, 10, 1, 6, packed);
                undo(storage, 11, 1, 9, gone);
            }));
            assertThat(storage.loadSerial(new Oid(1), new Tid(9))).isEqualTo(gone);
            assertThat(storage.loadSerial(new Oid(1), new Tid(10))).isEqualTo(packed);
            assertThat(storage.load(new Oid(1)).data()).isEqualTo(gone);
        }
        try (FileStorage storage = open(path)) {
            assertThat(storage.load(new Oid(1)).tid()).isEqualTo(new Tid(11));
        }
    }

    @Test
    void anObjectThatWasGarbageAndIsReferredToAgainEndsThePack() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            PackListener relinks = whileCopying(() -> commit(storage, 9, 2, 4));
            assertThatThrownBy(() -> pack(storage, 8, Garbage.COLLECT, relinks))
                    .isInstanceOf(PackException.class)
                    .hasMessageContainingAll("0x02", "0x04", "again");
            pack(storage, 8);
            assertThat(storage.load(new Oid(4)).tid()).isEqualTo(new Tid(7));
        }
    }

    @Test
    void aCursorFinishesItsTransactionInTheOldFileAndGoesOnInTheNewOne() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            try (RestoreTransaction large = begin(storage, 9)) {
                for (long oid = 100; oid < 103; oid++) {
                    large.restore(new Oid(oid), new Tid(9), TestStorage.data("x".repeat(200_000)), null);
                }
                large.vote();
                large.finish();
            }
            commit(storage, 10, 0, 1, 2);
            try (TransactionFollower follower = log(storage).follow(new Tid(8));
                    TransactionCursor forwards = log(storage).iterate(new Tid(9), Order.OLDEST_FIRST);
                    TransactionCursor backwards = log(storage).iterate(new Tid(9), Order.NEWEST_FIRST)) {
                List<LogTransaction> standing = new ArrayList<>();
                for (TransactionCursor cursor : List.of(follower, forwards, backwards)) {
                    LogTransaction transaction = Objects.requireNonNull(cursor.next());
                    assertThat(transaction.header().tid()).isEqualTo(new Tid(9));
                    assertThat(transaction.nextRecord()).isNotNull();
                    standing.add(transaction);
                }
                pack(storage, 10);
                commit(storage, 11, 1);
                Thread.currentThread().interrupt();
                for (LogTransaction transaction : standing) {
                    for (int i = 0; i < 2; i++) {
                        DataRecord record = Objects.requireNonNull(transaction.nextRecord());
                        assertThat(record.data()).hasSize(200_000);
                    }
                    assertThat(transaction.nextRecord()).isNull();
                }
                assertThat(Thread.interrupted()).isTrue();
                assertThat(tids(follower)).containsExactly(10L, 11L);
                assertThat(tids(forwards)).as("no more than was there").containsExactly(10L);
                assertThat(tids(backwards)).containsExactly(6L, 4L, 3L);
            }
        }
    }

    @Test
    void aFileThatIsNotNeededAnyMoreIsClosed() {
        List<Integer> open = new ArrayList<>();
        try (FileStorage storage = FileStorage.open(path, options(), file -> new ObservedLogFile(file) {
            private final Integer number = open.size();

            {
                open.add(number);
            }

            @Override
            public void close() {
                super.close();
                open.remove(number);
            }
        })) {
            fill(storage);
            try (TransactionCursor cursor = log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
                assertThat(cursor.next()).isNotNull();
                pack(storage, 8);
                assertThat(open).as("the cursor stands in it").containsExactly(0, 1);
                assertThat(cursor.next()).isNotNull();
                assertThat(open).containsExactly(1);
            }
        }
        assertThat(open).isEmpty();
    }

    @Test
    void aListenerOfCommitsReadsTheOidsOfWhatIsMadeVisibleAfterAPack() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            List<Oid> oids = new ArrayList<>();
            finish(storage, 9, 3);
            storage.addCommitListener(transaction -> transaction.oids().forEach(oids::add));
            pack(storage, 8);
            restorable(storage).force();
            assertThat(oids).containsExactly(new Oid(3));
        }
    }

    @Test
    void onlyOnePackRunsAtATime() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            pack(
                    storage,
                    8,
                    Garbage.COLLECT,
                    new Steps(step -> assertThatThrownBy(() -> pack(storage, 8))
                            .isInstanceOf(PackException.class)
                            .hasMessageContaining("already")));
            commit(storage, 9, 1);
            assertThat(pack(storage, 9).bytesAfter())
                    .as("and the next one after that")
                    .isPositive();
        }
    }

    /** How a pack is brought to its end. */
    enum End {
        THROWN,
        INTERRUPTED
    }

    @ParameterizedTest
    @EnumSource
    void aPackThatEndsEarlyLeavesEverythingAsItWas(End end) {
        try (FileStorage storage = open(path)) {
            fill(storage);
            Map<String, String> before = directory(path);
            before.remove("Data.fs.index");
            int steps = 0;
            for (boolean isDone = false; !isDone; steps++) {
                int last = steps;
                try {
                    pack(storage, 8, Garbage.COLLECT, new Steps(step -> {
                        if (step == last && end == End.THROWN) {
                            throw new IllegalStateException("enough");
                        } else if (step == last) {
                            Thread.currentThread().interrupt();
                        }
                    }));
                    isDone = true;
                } catch (PackException e) {
                    assertThat(e).hasMessageContaining("interrupted");
                    assertThat(Thread.interrupted()).isTrue();
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("enough");
                }
                if (!isDone) {
                    Map<String, String> after = directory(path);
                    // It is deleted just before the switch and can be made again.
                    after.remove("Data.fs.index");
                    assertThat(after).as("after step %d", last).isEqualTo(before);
                    assertThat(tids(storage)).hasSize(8);
                }
            }
            assertThat(steps).isGreaterThan(5);
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L);
            commit(storage, 9, 1);
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L);
        }
    }

    @Test
    void closingTheStorageEndsThePackFirst() throws InterruptedException {
        int steps = 0;
        for (boolean isDone = false; !isDone; steps++) {
            Path file = memoryPath();
            FileStorage storage = open(file);
            fill(storage);
            int last = steps;
            Thread closer = new Thread(storage::close);
            try {
                pack(storage, 8, Garbage.COLLECT, new Steps(step -> {
                    if (step == last) {
                        startUntilItWaits(closer);
                    }
                }));
                isDone = true;
                storage.close();
            } catch (PackException e) {
                assertThat(e).hasMessageContaining("closed");
                closer.join();
            }
            assertThat(directory(file)).containsOnlyKeys("Data.fs", "Data.fs.index");
            try (FileStorage again = open(file)) {
                assertThat(tids(again)).hasSize(isDone ? 4 : 8);
            }
        }
        assertThat(steps).isGreaterThan(5);
    }

    @Test
    void aListenerCannotCloseTheStorageThatItPacks() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            assertThatThrownBy(() -> pack(storage, 8, Garbage.COLLECT, new BeforeSwitch(storage::close)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(8));
        }
    }

    @Test
    void packsGoOnWhileManyReadWriteAndAreInterrupted(@TempDir Path directory) throws InterruptedException {
        long packs = 40;
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        try (FileStorage storage = open(directory.resolve("Data.fs"))) {
            fill(storage);
            boolean[] done = {false};
            AtomicLong followed = new AtomicLong(8);
            CountDownLatch started = new CountDownLatch(4);
            Runnable write = () -> {
                started.countDown();
                for (long tid = 9; !isSet(done) || tid < 200; tid++) {
                    commit(storage, tid, 1 + tid % 3, tid % 3 == 1 ? 3 : 1);
                }
            };
            Runnable load = () -> {
                started.countDown();
                while (!isSet(done)) {
                    long last = storage.lastTransaction().value();
                    assertThat(storage.load(new Oid(1)).tid().value()).isPositive();
                    assertThat(storage.loadBefore(new Oid(0), new Tid(-1))).isNotNull();
                    assertThat(storage.lastTransaction().value()).isGreaterThanOrEqualTo(last);
                }
            };
            Runnable follow = () -> {
                started.countDown();
                long next = 9;
                try (TransactionFollower follower = log(storage).follow(new Tid(8))) {
                    while (!isSet(done)) {
                        LogTransaction transaction = follower.next();
                        if (transaction != null) {
                            assertThat(transaction.header().tid().value()).isEqualTo(next);
                            assertThat(transaction.nextRecord()).isNotNull();
                            followed.set(next++);
                        }
                    }
                }
            };
            for (Runnable task : List.of(write, load, load, follow)) {
                Thread thread = new Thread(task);
                thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
                threads.add(thread);
                thread.start();
            }
            started.await();
            for (int i = 0; i < packs; i++) {
                threads.get(i % 3).interrupt();
                // Nothing goes that the follower has still to see.
                PackResult result = pack(storage, followed.get());
                assertThat(result.bytesAfter()).isLessThanOrEqualTo(result.bytesBefore());
            }
            synchronized (done) {
                done[0] = true;
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    private static boolean isSet(boolean[] flag) {
        synchronized (flag) {
            return flag[0];
        }
    }
}
