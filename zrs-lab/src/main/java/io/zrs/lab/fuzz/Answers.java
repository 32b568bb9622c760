package io.zrs.lab.fuzz;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a storage says when it is asked everything. Damage is an answer; what is not documented goes through.
 *
 * <p>Threading: confined to one thread.
 */
final class Answers {
    private static final Tid LAST = new Tid(-1);

    private final Storage storage;
    private final List<Transaction> transactions = new ArrayList<>();
    private final Map<Oid, Answer> current = new TreeMap<>();
    private final Map<String, Answer> others = new TreeMap<>();
    private final Tid last;
    private boolean damaged;
    private boolean advances = true;

    /** A transaction of the log. */
    record Transaction(TransactionHeader header, List<Answer.Revision> records) {}

    /** What a question for one object is answered with. */
    sealed interface Answer {
        /** A revision, its data as text; null if the object does not exist in it. */
        record Revision(Oid oid, Tid tid, @Nullable String data) implements Answer {}

        /** Nothing there. */
        record Nothing() implements Answer {}

        /** The storage is damaged there. */
        record Damage() implements Answer {}
    }

    private Answers(Storage storage) {
        this.storage = storage;
        this.last = storage.lastTransaction();
    }

    /** Asks. */
    static Answers of(Storage storage) {
        Answers answers = new Answers(storage);
        answers.readLog();
        answers.readBackwards();
        answers.askForObjects();
        answers.walkObjects();
        return answers;
    }

    /** The log up to the first damage. */
    List<Transaction> transactions() {
        return transactions;
    }

    /** The current revision of each object of the log. */
    Map<Oid, Answer> current() {
        return current;
    }

    /** The tid of the last transaction, as the storage says. */
    Tid last() {
        return last;
    }

    /** Whether some answer was that there is damage. */
    boolean isDamaged() {
        return damaged;
    }

    /** Whether each tid is later than the one before, as anybody writes them. */
    boolean advances() {
        return advances;
    }

    /** Fails unless another storage says the same. */
    void checkSame(String what, Answers other) {
        Check.same(what + ": last tid", last, other.last);
        Check.same(what + ": log", transactions, other.transactions);
        Check.same(what + ": current revisions", current, other.current);
        Check.same(what + ": answers", others, other.others);
    }

    /** Fails if an object has another revision than one that the log has of it. */
    void checkInventsNothing(List<Transaction> log) {
        current.values().forEach(answer -> checkInventsNothing(log, answer));
        others.values().forEach(answer -> checkInventsNothing(log, answer));
    }

    private static void checkInventsNothing(List<Transaction> log, Answer answer) {
        if (answer instanceof Answer.Revision revision) {
            Check.that(log.stream().anyMatch(each -> each.records.contains(revision)), "not in the log: " + revision);
        }
    }

    /** Fails unless each object's current revision is the last one that the log has of it, or damaged. */
    void checkCurrent() {
        Map<Oid, Answer> expected = new TreeMap<>();
        for (Transaction transaction : transactions) {
            for (Answer.Revision record : transaction.records) {
                expected.put(record.oid, record.data == null ? new Answer.Nothing() : record);
            }
        }
        current.forEach((oid, answer) -> {
            if (!(answer instanceof Answer.Damage)) {
                Check.same("current revision of " + oid, expected.getOrDefault(oid, new Answer.Nothing()), answer);
            }
        });
    }

    /** Whether the log begins as that of another storage that says {@code other}. */
    boolean startsWith(Answers other) {
        return transactions.size() >= other.transactions.size()
                && transactions.subList(0, other.transactions.size()).equals(other.transactions);
    }

    private TransactionLog log() {
        return storage.capability(TransactionLog.class).orElseThrow();
    }

    private void readLog() {
        read(Order.OLDEST_FIRST, transactions);
        long before = 0;
        for (Transaction transaction : transactions) {
            long tid = transaction.header.tid().value();
            advances &= Long.compareUnsigned(before, tid) < 0;
            before = tid;
        }
        if (!damaged && advances) {
            // Later if the last transaction was undone in a way of old, and is passed over.
            Check.that(new Tid(before).compareTo(last) <= 0, "the log goes on behind the last tid, " + last);
        }
    }

    private void readBackwards() {
        List<Transaction> backwards = new ArrayList<>();
        boolean wasDamaged = damaged;
        read(Order.NEWEST_FIRST, backwards);
        if (!wasDamaged && !damaged && advances) {
            Collections.reverse(backwards);
            Check.same("log read backwards", transactions, backwards);
        }
    }

    private void read(Order order, List<Transaction> target) {
        try (TransactionCursor cursor = log().iterate(order == Order.OLDEST_FIRST ? Tid.NONE : LAST, order)) {
            LogTransaction transaction = cursor.next();
            while (transaction != null) {
                List<Answer.Revision> records = new ArrayList<>();
                target.add(new Transaction(transaction.header(), records));
                for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
                    records.add(new Answer.Revision(record.oid(), record.tid(), text(record.data())));
                }
                transaction = cursor.next();
            }
        } catch (CorruptedStorageException e) {
            damaged = true;
        }
    }

    private void askForObjects() {
        TreeSet<Oid> oids = new TreeSet<>((a, b) -> Long.compareUnsigned(a.value(), b.value()));
        transactions.forEach(transaction -> transaction.records.forEach(record -> oids.add(record.oid)));
        oids.add(Oid.ROOT);
        oids.add(new Oid(-1));
        for (Oid oid : oids) {
            current.put(oid, ask(() -> revision(oid, storage.load(oid))));
            others.put(oid + " history", ask(() -> {
                storage.capability(HistoryCapable.class).orElseThrow().history(oid, 1_000);
                return new Answer.Nothing();
            }));
            others.put(oid + " before all", ask(() -> revision(oid, storage.loadBefore(oid, Tid.NONE))));
        }
        for (Transaction transaction : transactions) {
            for (Answer.Revision record : transaction.records) {
                askFor(record.oid, record.tid);
            }
        }
    }

    private void askFor(Oid oid, Tid tid) {
        others.put(oid + " before " + tid, ask(() -> revision(oid, storage.loadBefore(oid, tid))));
        others.put(
                oid + " serial " + tid, ask(() -> new Answer.Revision(oid, tid, text(storage.loadSerial(oid, tid)))));
    }

    private void walkObjects() {
        RecordIteration iteration = storage.capability(RecordIteration.class).orElseThrow();
        Map<Oid, Answer> walked = new TreeMap<>();
        boolean hasDamage = false;
        try (RecordCursor cursor = iteration.iterateRecords(Oid.ROOT)) {
            boolean ended = false;
            while (!ended) {
                try {
                    DataRecord record = cursor.next();
                    ended = record == null;
                    if (record != null) {
                        walked.put(record.oid(), new Answer.Revision(record.oid(), record.tid(), text(record.data())));
                    }
                } catch (CorruptedStorageException e) {
                    hasDamage = true;
                }
            }
        }
        damaged |= hasDamage;
        walked.forEach((oid, answer) -> {
            if (current.get(oid) instanceof Answer.Revision known) {
                Check.same("walked " + oid, known, answer);
            }
        });
    }

    private Answer ask(Supplier<Answer> question) {
        try {
            return question.get();
        } catch (PosKeyException e) {
            return new Answer.Nothing();
        } catch (CorruptedStorageException e) {
            damaged = true;
            return new Answer.Damage();
        }
    }

    private static Answer revision(Oid oid, @Nullable ObjectRevision revision) {
        return revision == null
                ? new Answer.Nothing()
                : new Answer.Revision(oid, revision.tid(), text(revision.data()));
    }

    private static @Nullable String text(byte @Nullable [] data) {
        return data == null ? null : new String(data, StandardCharsets.ISO_8859_1);
    }
}
