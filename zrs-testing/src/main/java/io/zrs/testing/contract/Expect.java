package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.storage.ConflictException;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** Questions to a storage, with the answers that they must have. Threading: thread-safe. */
final class Expect {
    private Expect() {}

    /** What a test has somebody throw, on purpose; short in the logs. */
    static IllegalArgumentException failure(String who) {
        IllegalArgumentException failure =
                new IllegalArgumentException("a " + who + " of a contract test that fails on purpose");
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    /** All three ways to load the current revision. */
    static void current(Storage storage, Oid oid, Tid tid, String data) {
        revision(storage.load(oid), tid, null, data, "load(" + oid + ")");
        revision(storage.loadBefore(oid, Tid.MAX), tid, null, data, "loadBefore(" + oid + ", MAX)");
        assertEquals(
                data,
                StorageFixture.text(storage.loadSerial(oid, tid)),
                "data of loadSerial(" + oid + ", " + tid + ")");
    }

    /** The revision of {@code oid} before {@code before}. */
    static void before(Storage storage, Oid oid, Tid before, Tid tid, @Nullable Tid endTid, String data) {
        revision(storage.loadBefore(oid, before), tid, endTid, data, "loadBefore(" + oid + ", " + before + ")");
    }

    static void revision(@Nullable ObjectRevision found, Tid tid, @Nullable Tid endTid, String data, String call) {
        assertNotNull(found, call + " gives a revision, not null");
        assertEquals(data, StorageFixture.text(found.data()), "data of " + call);
        assertEquals(tid, found.tid(), "tid of " + call);
        assertEquals(
                endTid, found.endTid(), "endTid (the next revision's tid, null if it is the current one) of " + call);
    }

    /** That an object does not exist now. */
    static void noObject(Storage storage, Oid oid) {
        missing(oid, () -> storage.load(oid), "load of an object that does not exist");
        missing(oid, () -> storage.loadBefore(oid, Tid.MAX), "loadBefore(MAX) of an object that does not exist");
    }

    static PosKeyException missing(Oid oid, Executable call, String what) {
        PosKeyException e = assertThrows(PosKeyException.class, call, what + " throws PosKeyException");
        assertEquals(oid, e.oid(), "the exception of " + what + " names the object");
        return e;
    }

    static void conflict(Oid oid, Tid committed, Tid old, Executable call) {
        ConflictException e =
                assertThrows(ConflictException.class, call, "a serial that is not the current one is a conflict");
        assertEquals(oid, e.oid(), "a conflict names the object");
        assertEquals(committed, e.committed(), "a conflict names the current revision");
        assertEquals(old, e.old(), "a conflict names the revision that was to be replaced");
    }

    /** That nothing but close is left for a transaction. */
    static void onlyClose(StorageTransaction transaction, String when) {
        assertThrows(
                IllegalStateException.class,
                () -> transaction.store(StorageFixture.UNKNOWN, Tid.NONE, ByteBuffer.allocate(1)),
                "store " + when);
        assertThrows(
                IllegalStateException.class,
                () -> transaction.deleteObject(StorageFixture.OID, Tid.NONE),
                "deleteObject " + when);
        assertThrows(
                IllegalStateException.class,
                () -> transaction.checkCurrentSerial(StorageFixture.OID, Tid.NONE),
                "checkCurrentSerial " + when);
        assertThrows(IllegalStateException.class, transaction::vote, "vote " + when);
        assertThrows(IllegalStateException.class, transaction::finish, "finish " + when);
    }

    static void nothingBefore(Storage storage, Oid oid, Tid before) {
        assertNull(
                storage.loadBefore(oid, before),
                "loadBefore(" + oid + ", " + before + ") of a known object without a revision that old gives null");
    }
}
