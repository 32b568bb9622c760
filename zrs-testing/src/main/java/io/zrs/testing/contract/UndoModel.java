package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.testing.contract.HistoryModel.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Random commits and undos, with the rules of undo written down once more. Threading: confined to one thread. */
final class UndoModel {
    private static final int OIDS = 5;
    private static final int STEPS = 40;

    /** A record; {@code pointer} is the record whose data it has by reference, null if it has its own or none. */
    private record Revision(
            Oid oid, @Nullable Revision previous, @Nullable Revision pointer, String data, int number) {}

    private final Random random;
    private final HistoryModel history = new HistoryModel();
    private final Map<Oid, Revision> current = new HashMap<>();
    private int numbers;
    private final Map<Tid, List<Revision>> transactions = new HashMap<>();

    UndoModel(Random random) {
        this.random = random;
    }

    void run(UndoContractTest test) {
        for (int step = 0; step < STEPS; step++) {
            if (random.nextBoolean() || history.tids().isEmpty()) {
                store(test);
            } else {
                undo(test);
            }
            history.check(test.storage(), random);
        }
    }

    private void store(UndoContractTest test) {
        List<Revision> records = new ArrayList<>();
        Tid tid = test.commit(transaction -> {
            for (int i = random.nextInt(4); i >= 0; i--) {
                Oid oid = new Oid(random.nextInt(OIDS));
                Revision previous = current.get(oid);
                String data = write(transaction, oid, previous != null);
                records.add(new Revision(oid, previous, null, data, numbers++));
            }
        });
        commit(tid, records);
    }

    private String write(StorageTransaction transaction, Oid oid, boolean isKnown) {
        Tid serial = history.serial(oid);
        if (isKnown && random.nextInt(6) == 0) {
            transaction.deleteObject(oid, serial);
            return HistoryModel.DELETED;
        }
        String data = Integer.toString(random.nextInt(3));
        transaction.store(oid, serial, StorageFixture.data(data));
        return data;
    }

    private void undo(UndoContractTest test) {
        Map<Oid, Revision> written = new HashMap<>();
        List<Revision> records = new ArrayList<>();
        try (UndoTransaction transaction = test.undoing().beginUndo(TransactionMetadata.EMPTY)) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                Tid undone = history.tids().get(random.nextInt(history.tids().size()));
                Set<Oid> failed = undo(undone, written, records);
                if (!failed.isEmpty()) {
                    UndoException e = assertThrows(
                            UndoException.class,
                            () -> transaction.undo(undone),
                            "undo of " + undone + ", where " + failed + " were changed since");
                    assertEquals(failed, e.failures().keySet(), "objects that are in the way of undoing " + undone);
                    return;
                }
                Set<Oid> oids = new LinkedHashSet<>();
                transactions.getOrDefault(undone, List.of()).forEach(revision -> oids.add(revision.oid));
                assertEquals(oids, transaction.undo(undone), "objects that the undo of " + undone + " changed");
            }
            transaction.vote();
            commit(transaction.finish(), records);
        }
        test.sync();
    }

    /** What undoing does to the records, which look at what was written before this call; returns the objects that are in the way. */
    private Set<Oid> undo(Tid undone, Map<Oid, Revision> written, List<Revision> records) {
        Set<Oid> failed = new LinkedHashSet<>();
        Map<Oid, Revision> undos = new HashMap<>();
        for (Revision revision : transactions.getOrDefault(undone, List.of())) {
            Revision now = written.getOrDefault(revision.oid, current.get(revision.oid));
            Revision previous = revision.previous;
            boolean isUnchanged =
                    now != null && (now.equals(revision) || revision.equals(now.pointer) || hasSameData(now, revision));
            if (!isUnchanged) {
                failed.add(revision.oid);
                continue;
            }
            failed.remove(revision.oid);
            String data = previous == null ? HistoryModel.DELETED : previous.data;
            Revision undo = new Revision(revision.oid, current.get(revision.oid), previous, data, numbers++);
            undos.put(revision.oid, undo);
            records.add(undo);
        }
        written.putAll(undos);
        return failed;
    }

    /** Without data there is nothing to compare: an object that does not exist is not the same as another time. */
    private static boolean hasSameData(Revision one, Revision other) {
        return !one.data.equals(HistoryModel.DELETED) && one.data.equals(other.data);
    }

    private void commit(Tid tid, List<Revision> records) {
        transactions.put(tid, List.copyOf(records));
        records.forEach(revision -> current.put(revision.oid, revision));
        history.commit(
                tid,
                records.stream()
                        .map(revision -> new Written(revision.oid, tid, revision.data))
                        .toList());
    }
}
