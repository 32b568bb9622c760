package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.copy;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Invalidation;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionLogTest {
    private final Path path = memoryPath();
    private final FileStorage storage = open(path);

    static Stream<Long> seeds() {
        return TestStorage.seeds(3);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void cursorsStartAtATidOrTheNextOneInTheirDirection() {
        for (long tid = 10; tid <= 50; tid += 10) {
            commit(storage, tid, 1);
        }
        assertThat(forwards(0)).containsExactly(10L, 20L, 30L, 40L, 50L);
        assertThat(forwards(30)).containsExactly(30L, 40L, 50L);
        assertThat(forwards(31)).containsExactly(40L, 50L);
        assertThat(forwards(51)).isEmpty();
        assertThat(forwards(-1)).isEmpty();
        assertThat(backwards(-1)).containsExactly(50L, 40L, 30L, 20L, 10L);
        assertThat(backwards(30)).containsExactly(30L, 20L, 10L);
        assertThat(backwards(29)).containsExactly(20L, 10L);
        assertThat(backwards(9)).isEmpty();
    }

    @Test
    void theLastInvalidationsAreTheNewestOldestFirst() {
        commit(storage, 10, 1, 2);
        commit(storage, 20);
        commit(storage, 30, 3, 1, 3);
        finish(storage, 40, 4);
        List<Invalidation> all = List.of(
                new Invalidation(new Tid(10), List.of(new Oid(1), new Oid(2))),
                new Invalidation(new Tid(20), List.of()),
                new Invalidation(new Tid(30), List.of(new Oid(3), new Oid(1), new Oid(3))));
        assertThat(log(storage).lastInvalidations(9))
                .as("40 is not visible yet")
                .isEqualTo(all);
        assertThat(log(storage).lastInvalidations(2)).isEqualTo(all.subList(1, 3));
        assertThat(log(storage).lastInvalidations(0)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> log(storage).lastInvalidations(-1));
    }

    @Test
    void theLastInvalidationsAreFoundWithoutReadingData() {
        byte[] large = new byte[1 << 20];
        for (long tid = 10; tid <= 20; tid++) {
            try (RestoreTransaction transaction = begin(storage, tid)) {
                transaction.restore(new Oid(tid), new Tid(tid), ByteBuffer.wrap(large), null);
                transaction.restore(new Oid(1), new Tid(tid), ByteBuffer.wrap(large), null);
                transaction.vote();
                transaction.finish();
            }
        }
        restorable(storage).force();
        storage.close();
        AtomicLong read = new AtomicLong();
        FileStorageOptions readOnly = TestStorage.options().withMode(Mode.READ_ONLY);
        try (FileStorage opened =
                FileStorage.open(path, readOnly, file -> new ObservedLogFile(file, offset -> read.incrementAndGet()))) {
            long opening = read.get();
            assertThat(log(opened).lastInvalidations(5))
                    .extracting(Invalidation::tid)
                    .containsExactly(new Tid(16), new Tid(17), new Tid(18), new Tid(19), new Tid(20));
            assertThat(read.get() - opening)
                    .as("small reads: for each transaction its beginning, its records, its end twice")
                    .isLessThanOrEqualTo(5 * 5);
        }
    }

    @Test
    void transactionsThatDoNotCountInvalidateNothing() {
        commit(storage, 10, 1);
        try (RestoreTransaction transaction = restorable(storage)
                .beginRestore(
                        new TransactionHeader(new Tid(20), 'u', TransactionMetadata.EMPTY), PickleDialect.PYTHON3)) {
            transaction.restore(new Oid(2), new Tid(20), data("two"), null);
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        assertThat(log(storage).lastInvalidations(2))
                .containsExactly(new Invalidation(new Tid(10), List.of(new Oid(1))));
    }

    @Test
    void anEmptyLogHasNoTransactions() {
        assertThat(forwards(0)).isEmpty();
        assertThat(backwards(-1)).isEmpty();
        assertThat(log(storage).follow(Tid.NONE).next()).isNull();
    }

    @Test
    void aCursorSeesWhatWasVisibleWhenItWasMade() {
        commit(storage, 10, 1);
        TransactionCursor cursor = log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST);
        commit(storage, 20, 1);
        assertThat(tids(cursor)).containsExactly(10L);
    }

    @Test
    void recordsMayBeLeftUnread() {
        commit(storage, 10, 1, 2, 3);
        commit(storage, 20, 1);
        try (TransactionCursor cursor = log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            LogTransaction first = next(cursor);
            assertThat(first.nextRecord()).isNotNull();
            LogTransaction second = next(cursor);
            assertThat(second.header().tid()).isEqualTo(new Tid(20));
            assertThatIllegalStateException().isThrownBy(first::nextRecord);
            assertThat(second.nextRecord()).isNotNull();
            assertThat(second.nextRecord()).isNull();
            assertThat(second.nextRecord()).isNull();
        }
    }

    @Test
    void aFollowerIsWokenForEachTransactionOnce() {
        commit(storage, 10, 1);
        List<String> woken = new ArrayList<>();
        try (TransactionFollower follower = log(storage).follow(new Tid(5))) {
            assertThat(next(follower).header().tid()).isEqualTo(new Tid(10));
            assertThat(follower.next()).isNull();
            follower.onCommit(() -> woken.add("replaced"));
            follower.onCommit(() -> woken.add("woken after " + storage.lastTransaction()));
            finish(storage, 20, 1);
            assertThat(follower.next()).isNull();
            assertThat(woken).isEmpty();
            restorable(storage).force();
            assertThat(woken).containsExactly("woken after 0x14");
            assertThat(next(follower).header().tid()).isEqualTo(new Tid(20));
            commit(storage, 30, 1);
            assertThat(woken).hasSize(1);
            assertThat(next(follower).header().tid()).isEqualTo(new Tid(30));
            follower.onCommit(() -> woken.add("closed"));
        }
        commit(storage, 40, 1);
        assertThat(woken).hasSize(1);
    }

    @Test
    void aFollowerAheadOfTheLogSeesOnlyLaterTransactions() {
        commit(storage, 10, 1);
        try (TransactionFollower follower = log(storage).follow(new Tid(20))) {
            commit(storage, 15, 1);
            commit(storage, 20, 1);
            assertThat(follower.next()).isNull();
            commit(storage, 25, 1);
            assertThat(next(follower).header().tid()).isEqualTo(new Tid(25));
        }
    }

    @Test
    void aFollowerDoesNotKeepBytesThatWereAborted() {
        commit(storage, 10, 1);
        try (TransactionFollower follower = log(storage).follow(Tid.NONE)) {
            for (long tid = 20; tid < 60; tid += 10) {
                try (RestoreTransaction aborted = begin(storage, tid)) {
                    aborted.restore(new Oid(1), new Tid(tid), data("to be aborted"), null);
                    aborted.vote();
                    next(follower);
                    assertThat(follower.next()).isNull();
                }
                commit(storage, tid, 2);
            }
            LogTransaction last = next(follower);
            DataRecord record = last.nextRecord();
            assertThat(record)
                    .isNotNull()
                    .satisfies(found -> assertThat(found.oid()).isEqualTo(new Oid(2)));
        }
    }

    @Test
    void aHistoryIsMatchedByItsLastTid() {
        assertThat(log(storage).matchHistory(new Tid(5))).isEqualTo(HistoryMatch.AHEAD);
        packed(10);
        packed(20);
        commit(storage, 30, 1);
        assertThat(log(storage).matchHistory(Tid.NONE)).isEqualTo(HistoryMatch.SHARED);
        assertThat(log(storage).matchHistory(new Tid(10))).isEqualTo(HistoryMatch.SHARED);
        assertThat(log(storage).matchHistory(new Tid(30))).isEqualTo(HistoryMatch.SHARED);
        assertThat(log(storage).matchHistory(new Tid(5))).isEqualTo(HistoryMatch.PACKED_AWAY);
        assertThat(log(storage).matchHistory(new Tid(15))).isEqualTo(HistoryMatch.PACKED_AWAY);
        assertThat(log(storage).matchHistory(new Tid(25))).isEqualTo(HistoryMatch.FORKED);
        assertThat(log(storage).matchHistory(new Tid(31))).isEqualTo(HistoryMatch.AHEAD);
    }

    @Test
    void aDataTidIsAHintThatIsCheckedByTheData() {
        commit(storage, 10, 1, 2);
        commit(storage, 20, 1);
        long size = storage.sizeInBytes();
        restore(30, 1, "1:10", 10);
        long withPointer = storage.sizeInBytes() - size;
        assertThat(withPointer).isEqualTo(TransactionRecordHeader.RECORD_BYTES_MIN + DataRecordHeader.BYTES + 8);
        restore(40, 1, "1:30", 10);
        restore(50, 1, "a:10", 11);
        restore(60, 2, "2:10", 20);
        restore(70, 9, "9:10", 10);
        List<String> records = new ArrayList<>();
        try (TransactionCursor cursor = log(storage).iterate(new Tid(30), Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                DataRecord record = next.nextRecord();
                assertThat(record).isNotNull();
                records.add(record == null ? "" : text(dataOf(record)) + " of " + record.dataTid());
            }
        }
        assertThat(records)
                .containsExactly("1:10 of 0x0a", "1:30 of null", "a:10 of null", "2:10 of null", "9:10 of null");
    }

    @Test
    void aDataTidIsFoundThoughAPackHasCutTheChain() {
        commit(storage, 10, 1);
        commit(storage, 20, 1);
        storage.close();
        byte[] bytes = TestStorage.bytes(path);
        int record = bytes.length - 8 - 4 - DataRecordHeader.BYTES;
        Arrays.fill(bytes, record + 16, record + 24, (byte) 0);
        TestStorage.write(path, bytes);
        try (FileStorage again = open(path)) {
            try (RestoreTransaction transaction = begin(again, 30)) {
                transaction.restore(new Oid(1), new Tid(30), data("1:10"), new Tid(10));
                transaction.vote();
                transaction.finish();
            }
            restorable(again).force();
            try (TransactionCursor cursor = log(again).iterate(new Tid(30), Order.OLDEST_FIRST)) {
                assertThat(next(cursor).nextRecord())
                        .isNotNull()
                        .satisfies(found -> assertThat(found.dataTid()).isEqualTo(new Tid(10)));
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anyStartIsFoundInALongLog(long seed) {
        Random random = new Random(seed);
        List<Long> tids = new ArrayList<>();
        long tid = 0;
        for (int i = 0; i < 1500; i++) {
            tid += 2 + random.nextInt(10);
            tids.add(tid);
            try (RestoreTransaction transaction = begin(storage, tid)) {
                transaction.restore(new Oid(1), new Tid(tid), ByteBuffer.allocate(1 + random.nextInt(3000)), null);
                transaction.vote();
                transaction.finish();
            }
        }
        restorable(storage).force();
        checkStarts(storage, tids, random);
        storage.close();
        try (FileStorage again = open(path)) {
            checkStarts(again, tids, random);
            Path target = memoryPath();
            try (FileStorage to = open(target)) {
                copy(again, Tid.NONE, to);
            }
            assertThat(target).hasSameBinaryContentAs(path);
        }
    }

    private static void checkStarts(FileStorage storage, List<Long> tids, Random random) {
        for (int i = 0; i < 200; i++) {
            int index = random.nextInt(tids.size());
            long exact = tids.get(index);
            for (long start : new long[] {exact, exact - 1}) {
                LogTransaction found = next(log(storage).iterate(new Tid(start), Order.OLDEST_FIRST));
                assertThat(found.header().tid()).isEqualTo(new Tid(exact));
            }
        }
    }

    private void restore(long tid, long oid, String data, long dataTid) {
        try (RestoreTransaction transaction = begin(storage, tid)) {
            transaction.restore(new Oid(oid), new Tid(tid), data(data), new Tid(dataTid));
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
    }

    private void packed(long tid) {
        TransactionHeader header = new TransactionHeader(new Tid(tid), 'p', TransactionMetadata.EMPTY);
        try (RestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3)) {
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
    }

    private static byte[] dataOf(@Nullable DataRecord record) {
        byte[] data = record == null ? null : record.data();
        return data == null ? new byte[0] : data;
    }

    private static LogTransaction next(TransactionCursor cursor) {
        LogTransaction next = cursor.next();
        if (next == null) {
            throw new AssertionError("no further transaction");
        }
        return next;
    }

    private List<Long> forwards(long start) {
        return tids(log(storage).iterate(new Tid(start), Order.OLDEST_FIRST));
    }

    private List<Long> backwards(long start) {
        return tids(log(storage).iterate(new Tid(start), Order.NEWEST_FIRST));
    }
}
