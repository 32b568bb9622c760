package io.zrs.lab.simulator;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a machine has with what was committed. While it looks the disk has no faults.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Checker {
    private final Machine machine;
    private final Storage storage;
    private final Commit head;
    private final Tid packTime;

    private Checker(Machine machine) {
        this.machine = machine;
        this.storage = machine.running().view();
        this.head = machine.head();
        this.packTime = machine.packTime();
    }

    /** Everything: the log, all current objects, all blobs. */
    static void checkAll(Machine machine) {
        look(machine, checker -> {
            checker.checkLog();
            checker.checkObjects();
            checker.checkBlobs();
        });
    }

    /** Some objects, as they are and as they were. */
    static void checkSome(Machine machine, RandomGenerator random) {
        look(machine, checker -> checker.checkSomeObjects(random));
    }

    private interface Look {
        void at(Checker checker) throws IOException;
    }

    private static void look(Machine machine, Look look) {
        machine.faults().suspend(true);
        try {
            look.at(new Checker(machine));
        } catch (IOException | RuntimeException e) {
            throw e instanceof Violation violation ? violation : new Violation(machine + " cannot be read", e);
        } finally {
            machine.faults().suspend(false);
        }
    }

    private void checkLog() {
        TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
        Iterator<Commit> expected = head.history().iterator();
        try (TransactionCursor cursor = log.iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)) {
            for (LogTransaction found = cursor.next(); found != null; found = cursor.next()) {
                checkTransaction(found, expected(expected, found.header().tid()));
            }
        }
        while (expected.hasNext()) {
            checkPackedAway(expected.next());
        }
    }

    private Commit expected(Iterator<Commit> history, Tid tid) {
        while (history.hasNext()) {
            Commit commit = history.next();
            if (commit.tid().equals(tid)) {
                return commit;
            }
            checkPackedAway(commit);
        }
        throw new Violation(
                machine + " has transaction " + tid.toHex() + ", which does not belong to the history of " + head);
    }

    private void checkPackedAway(Commit commit) {
        if (commit.tid().compareTo(packTime) > 0) {
            throw new Violation(machine + " lacks transaction " + commit + " of the history of " + head);
        }
    }

    private void checkTransaction(LogTransaction found, Commit commit) {
        if (!found.header().metadata().equals(commit.metadata())) {
            throw new Violation(machine + " has other metadata in " + commit + ": "
                    + found.header().metadata() + " instead of " + commit.metadata());
        }
        boolean packed = commit.tid().compareTo(packTime) <= 0;
        Iterator<Revision> expected = commit.revisions().iterator();
        for (DataRecord record = found.nextRecord(); record != null; record = found.nextRecord()) {
            checkRecord(record, commit, expected, packed);
        }
        if (!packed && expected.hasNext()) {
            throw new Violation(
                    machine + " lacks the record of oid " + expected.next().oid() + " in " + commit);
        }
    }

    private void checkRecord(DataRecord record, Commit commit, Iterator<Revision> expected, boolean packed) {
        while (expected.hasNext()) {
            Revision revision = expected.next();
            if (revision.oid().equals(record.oid())) {
                if (!Arrays.equals(record.data(), revision.data())
                        || !record.tid().equals(commit.tid())) {
                    throw new Violation(machine + " has other data for oid " + record.oid() + " in " + commit);
                }
                return;
            } else if (!packed) {
                break;
            }
        }
        throw new Violation(machine + " has a record too many in " + commit + ": oid " + record.oid());
    }

    private void checkObjects() {
        for (Oid oid : required(head)) {
            checkCurrent(oid);
        }
        if (!packTime.equals(Tid.NONE) && head.tid().compareTo(packTime) >= 0) {
            Commit then = head.asOf(packTime);
            for (Oid oid : then.reachable()) {
                Revision revision = require(then.object(oid));
                checkData(revision, storage.loadSerial(oid, revision.tid()));
            }
        }
    }

    /** The objects that must be there as they are after {@code commit}, which is not older than the last pack. */
    private Collection<Oid> required(Commit commit) {
        if (packTime.equals(Tid.NONE)) {
            return commit.state().keySet();
        }
        return head.tid().compareTo(packTime) < 0 ? List.of() : commit.reachable();
    }

    private void checkCurrent(Oid oid) {
        Revision expected = require(head.object(oid));
        ObjectRevision found = null;
        try {
            found = storage.load(oid);
        } catch (PosKeyException e) {
            if (expected.exists()) {
                throw new Violation(machine + " lacks an object at " + head, e);
            }
            return;
        }
        if (!expected.exists() || !found.tid().equals(expected.tid()) || found.endTid() != null) {
            throw new Violation(machine + " has oid " + oid + " of " + found.tid() + " at " + head + ", should have "
                    + expected.tid());
        }
        checkData(expected, found.data());
    }

    private void checkData(Revision expected, byte[] found) {
        if (!Arrays.equals(found, expected.data())) {
            throw new Violation(machine + " has other data for oid " + expected.oid() + " of " + expected.tid());
        }
    }

    private void checkSomeObjects(RandomGenerator random) {
        List<Oid> oids = List.copyOf(required(head)).stream().sorted().toList();
        if (oids.isEmpty()) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            Oid oid = oids.get(random.nextInt(oids.size()));
            checkCurrent(oid);
            List<Commit> history = head.history();
            Commit then = history.get(random.nextInt(history.size()));
            if (then.tid().compareTo(packTime) > 0) {
                checkBefore(oid, then);
            }
        }
    }

    /** Just before {@code commit}, at or after the last pack. */
    private void checkBefore(Oid oid, Commit commit) {
        Revision expected = commit.objectBefore(oid);
        if (expected != null && expected.tid().compareTo(packTime) <= 0 && mayBePackedAway(expected)) {
            return;
        }
        ObjectRevision found = null;
        try {
            found = storage.loadBefore(oid, commit.tid());
        } catch (PosKeyException e) {
            if (expected != null && expected.exists()) {
                throw new Violation(machine + " lacks an object before " + commit, e);
            }
            return;
        }
        if (expected == null || found == null) {
            if (expected != null || found != null) {
                throw new Violation(machine + " has oid " + oid + " otherwise before " + commit);
            }
        } else if (!found.tid().equals(expected.tid())) {
            throw new Violation(machine + " has oid " + oid + " of " + found.tid() + " before " + commit
                    + ", should have " + expected.tid());
        } else {
            checkData(expected, found.data());
        }
    }

    /**
     * Of a revision that was current when the log was packed. A pack drops a deletion, as ZODB's does, even if what was before it stays since a
     * later undo refers to that; and what was garbage then, even if a later commit brings the object back.
     */
    private boolean mayBePackedAway(Revision revision) {
        return !revision.exists() || !head.asOf(packTime).reachable().contains(revision.oid());
    }

    private void checkBlobs() throws IOException {
        for (Commit commit : head.history()) {
            if (commit.tid().compareTo(packTime) > 0) {
                for (Revision revision : commit.revisions()) {
                    checkBlob(revision);
                }
            }
        }
        for (Oid oid : required(head)) {
            checkBlob(require(head.object(oid)));
        }
    }

    private void checkBlob(Revision revision) throws IOException {
        if (revision.blob() != null) {
            BlobCapable blobs = storage.capability(BlobCapable.class).orElseThrow();
            byte[] found = Files.readAllBytes(blobs.loadBlob(revision.oid(), revision.tid()));
            if (!Arrays.equals(found, revision.blob())) {
                throw new Violation(
                        machine + " has other bytes in the blob of oid " + revision.oid() + ", tid " + revision.tid());
            }
        }
    }

    private static Revision require(@Nullable Revision revision) {
        if (revision == null) {
            throw new Violation("the model lacks an object");
        }
        return revision;
    }
}
