package example.folder;

import io.zrs.storage.ConflictException;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a transaction has written so far, and which call may come next. */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    /** Where a transaction stands. */
    enum State {
        OPEN,
        VOTED,
        ENDED
    }

    private final History history;
    private final ConflictResolver resolver;
    private final TransactionHeader header;
    private final PickleDialect dialect;
    private final List<DataRecord> records = new ArrayList<>();
    private final Set<Oid> merged = new HashSet<>();
    private State state = State.OPEN;

    Changes(History history, ConflictResolver resolver, TransactionHeader header, PickleDialect dialect) {
        this.history = history;
        this.resolver = resolver;
        this.header = header;
        this.dialect = dialect;
    }

    Tid tid() {
        return header.tid();
    }

    Set<Oid> merged() {
        return Set.copyOf(merged);
    }

    Commit commit() {
        return new Commit(header, dialect, List.copyOf(records));
    }

    /** Goes from one state to the next by {@code step}. What it throws ends the transaction, but a call out of order changes nothing. */
    synchronized void run(State before, State after, Runnable step) {
        if (state != before) {
            throw new IllegalStateException("transaction " + tid() + " is " + state + ", not " + before);
        }
        state = State.ENDED;
        step.run();
        state = after;
    }

    synchronized void end() {
        state = State.ENDED;
    }

    void store(Oid oid, Tid oldSerial, ByteBuffer data) {
        byte[] stored = take(data);
        DataRecord current = history.newest(oid);
        if (current != null && !current.tid().equals(oldSerial)) {
            stored = merge(current, oldSerial, stored);
            merged.add(oid);
        }
        records.add(new DataRecord(oid, tid(), stored, null));
    }

    void delete(Oid oid, Tid oldSerial) {
        checkSerial(known(oid), oldSerial);
        records.add(new DataRecord(oid, tid(), null, null));
    }

    void checkCurrent(Oid oid, Tid serial) {
        DataRecord current = known(oid);
        if (current.data() == null) {
            throw new PosKeyException(oid, null, "the object does not exist any more");
        }
        checkSerial(current, serial);
    }

    /** The hint where the same data might be is of no use here. */
    void restore(Oid oid, Tid serial, @Nullable ByteBuffer data) {
        records.add(new DataRecord(oid, serial, data == null ? null : take(data), null));
    }

    private DataRecord known(Oid oid) {
        DataRecord current = history.newest(oid);
        if (current == null) {
            throw new PosKeyException(oid, null, "no such object");
        }
        return current;
    }

    private static void checkSerial(DataRecord current, Tid serial) {
        if (!current.tid().equals(serial)) {
            throw new ConflictException(current.oid(), current.tid(), serial);
        }
    }

    private byte[] merge(DataRecord current, Tid oldSerial, byte[] changed) {
        byte[] old = history.data(current.oid(), oldSerial);
        byte[] committed = current.data();
        byte[] result = null;
        if (old != null && committed != null) {
            try {
                result = resolver.resolve(current.oid(), old, committed, changed);
            } catch (RuntimeException e) {
                LOG.warn("merging two changes of {} failed", current.oid(), e);
            }
        }
        if (result == null) {
            throw new ConflictException(current.oid(), current.tid(), oldSerial);
        }
        return result;
    }

    private static byte[] take(ByteBuffer data) {
        if (!data.hasRemaining()) {
            throw new IllegalArgumentException("a record has at least one byte of data");
        }
        byte[] taken = new byte[data.remaining()];
        data.get(taken);
        return taken;
    }
}
