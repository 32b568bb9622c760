package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link HistoryCapable}. Extend it for a storage that has this capability.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class HistoryContractTest extends StorageFixture {
    private static final TransactionMetadata ADA = TransactionMetadata.of("ada", "first");
    private static final TransactionMetadata BOB = TransactionMetadata.of("bob", "second");

    /** For those who extend it. */
    protected HistoryContractTest() {}

    @Test
    void givesTheRevisionsNewestFirst() {
        List<HistoryEntry> all = threeRevisions();
        assertEquals(all, history().history(OID, 100), "all revisions, newest first");
    }

    @Test
    void givesAsManyAsAreAskedFor() {
        List<HistoryEntry> all = threeRevisions();
        for (int count = 0; count <= 4; count++) {
            assertEquals(
                    all.subList(0, Math.min(count, 3)),
                    history().history(OID, count),
                    "the newest " + count + " of three revisions");
        }
        assertThrows(IllegalArgumentException.class, () -> history().history(OID, -1), "less than no revisions");
    }

    @Test
    void tellsOfDeletionsToo() {
        Tid first = commit(ADA, transaction -> transaction.store(OID, Tid.NONE, data("one")));
        Tid deleted = commit(BOB, transaction -> transaction.deleteObject(OID, first));
        HistoryEntry end = new HistoryEntry(deleted, BOB, 0);
        HistoryEntry beginning = new HistoryEntry(first, ADA, 3);
        assertEquals(List.of(end, beginning), history().history(OID, 10), "revisions of a deleted object");
        Tid again = commit(ADA, transaction -> transaction.store(OID, deleted, data("again")));
        assertEquals(
                List.of(new HistoryEntry(again, ADA, 5), end, beginning),
                history().history(OID, 10),
                "revisions of an object that was deleted and stored again");
    }

    @Test
    void knowsNothingOfAnUnknownObject() {
        store(OID, Tid.NONE, "one");
        Expect.missing(UNKNOWN, () -> history().history(UNKNOWN, 10), "history of an unknown object");
    }

    @Test
    void doesNotShowWhatIsNotCommitted() {
        Tid first = commit(ADA, transaction -> transaction.store(OID, Tid.NONE, data("one")));
        try (StorageTransaction open = writable().begin(BOB)) {
            open.store(OID, first, data("two"));
            open.vote();
            assertEquals(
                    List.of(new HistoryEntry(first, ADA, 3)),
                    history().history(OID, 10),
                    "revisions while another one is not committed");
        }
    }

    private List<HistoryEntry> threeRevisions() {
        Tid first = commit(ADA, transaction -> transaction.store(OID, Tid.NONE, data("one")));
        commit(BOB, transaction -> transaction.store(OTHER, Tid.NONE, data("other")));
        Tid second = commit(BOB, transaction -> transaction.store(OID, first, data("second")));
        Tid third = commit(TransactionMetadata.EMPTY, transaction -> transaction.store(OID, second, data("three")));
        return List.of(
                new HistoryEntry(third, TransactionMetadata.EMPTY, 5),
                new HistoryEntry(second, BOB, 6),
                new HistoryEntry(first, ADA, 3));
    }

    private HistoryCapable history() {
        return capability(storage(), HistoryCapable.class);
    }
}
