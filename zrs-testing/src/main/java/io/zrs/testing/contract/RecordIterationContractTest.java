package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link RecordIteration}. Extend it for a storage that has this capability.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class RecordIterationContractTest extends StorageFixture {
    /** For those who extend it. */
    protected RecordIterationContractTest() {}

    @Test
    void anEmptyStorageHasNoRecords() {
        assertEquals(List.of(), records(Oid.ROOT), "records of an empty storage");
    }

    @Test
    void givesTheCurrentRevisionsInTheOrderOfTheirOids() {
        Tid first = commit(transaction -> {
            for (long oid : new long[] {5, -3, 1, 0x1_0000_0000L, 2}) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        Tid second = store(new Oid(2), first, "newer");
        try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
            assertRecord(cursor, 1, first, "data");
            assertRecord(cursor, 2, second, "newer");
            assertRecord(cursor, 5, first, "data");
            assertRecord(cursor, 0x1_0000_0000L, first, "data");
            assertRecord(cursor, -3, first, "data");
            assertNull(cursor.next(), "next after the last record");
            assertNull(cursor.next(), "next after the last record, again");
        }
    }

    @Test
    void beginsWithTheOidOrTheNextOne() {
        commit(transaction -> {
            for (long oid : new long[] {0, 3, 4, 9}) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        assertEquals(List.of(0L, 3L, 4L, 9L), records(Oid.ROOT), "records from the root");
        assertEquals(List.of(3L, 4L, 9L), records(new Oid(1)), "records from oid 1");
        assertEquals(List.of(3L, 4L, 9L), records(new Oid(3)), "records from oid 3");
        assertEquals(List.of(9L), records(new Oid(5)), "records from oid 5");
        assertEquals(List.of(), records(new Oid(10)), "records from oid 10");
        assertEquals(List.of(), records(new Oid(-1)), "records from the last oid");
    }

    @Test
    void stepsPastObjectsThatDoNotExist() {
        Tid first = commit(transaction -> {
            for (long oid : new long[] {1, 2, 3}) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        Tid deleted = commit(transaction -> {
            transaction.deleteObject(new Oid(1), first);
            transaction.deleteObject(new Oid(3), first);
        });
        assertEquals(List.of(2L), records(Oid.ROOT), "records while two of three objects do not exist");
        store(new Oid(3), deleted, "again");
        assertEquals(List.of(2L, 3L), records(Oid.ROOT), "records after one was stored again");
    }

    @Test
    void givesWhatIsCurrentWhenItComesThere() {
        Tid first = commit(transaction -> {
            for (long oid : new long[] {1, 2, 3}) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
            assertRecord(cursor, 1, first, "data");
            Tid second = commit(transaction -> {
                transaction.store(new Oid(1), first, data("newer"));
                transaction.deleteObject(new Oid(2), first);
                transaction.store(new Oid(3), first, data("newer"));
            });
            assertRecord(cursor, 3, second, "newer");
            assertNull(cursor.next(), "next after the last record");
        }
    }

    @Test
    void doesNotShowWhatIsNotCommitted() {
        Tid first = store(OID, Tid.NONE, "one");
        try (StorageTransaction open = writable().begin(TransactionMetadata.EMPTY)) {
            open.store(OID, first, data("two"));
            open.store(OTHER, Tid.NONE, data("other"));
            open.vote();
            try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
                assertRecord(cursor, OID.value(), first, "one");
                assertNull(cursor.next(), "next after the last record that is committed");
            }
        }
    }

    @Test
    void recordsBelongToTheReader() {
        Tid tid = store(OID, Tid.NONE, "one");
        try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
            DataRecord record = cursor.next();
            assertNotNull(record, "the record");
            byte[] data = record.data();
            assertNotNull(data, "the data of the record");
            Arrays.fill(data, (byte) 'x');
        }
        Expect.current(storage(), OID, tid, "one");
    }

    @RepeatedTest(value = 2, name = "seed={currentRepetition}")
    void behavesAsAModelDoes(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> {
            HistoryModel model = new HistoryModel();
            RandomWriter writer = new RandomWriter(random, model);
            for (int step = 0; step < 30; step++) {
                writer.step(writable());
                sync();
                List<Long> existing = model.oids().stream()
                        .filter(oid -> !HistoryModel.DELETED.equals(model.data(oid, model.serial(oid))))
                        .map(Oid::value)
                        .toList();
                assertEquals(existing, records(Oid.ROOT), "oids of the current records");
            }
        });
    }

    private RecordIteration iteration() {
        return capability(storage(), RecordIteration.class);
    }

    private List<Long> records(Oid start) {
        List<Long> oids = new ArrayList<>();
        try (RecordCursor cursor = iteration().iterateRecords(start)) {
            for (DataRecord record = cursor.next(); record != null; record = cursor.next()) {
                oids.add(record.oid().value());
            }
        }
        return oids;
    }

    private static void assertRecord(RecordCursor cursor, long oid, Tid tid, String data) {
        DataRecord record = cursor.next();
        assertNotNull(record, "there is a record of oid " + oid);
        assertEquals(new Oid(oid), record.oid(), "oid of the next record");
        assertEquals(tid, record.tid(), "tid of the current revision of oid " + oid);
        byte[] content = record.data();
        assertNotNull(content, "data of oid " + oid);
        assertEquals(data, text(content), "data of oid " + oid);
    }
}
