package io.zrs.filestorage;

import io.zrs.storage.PackException;
import io.zrs.storage.PackListener.Phase;
import io.zrs.storage.Packable.Garbage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Says which records stay of those before the moment to which a log is packed: those that were current then, of objects that could be reached from the root or that later
 * records refer to; or of all objects, if garbage is kept. And those to which later records point back.
 *
 * <p>Memory: up to 16 MiB, and for each object that stays half a byte, for each that was written before as well as after the moment another 8.2 bytes, with densely numbered
 * oids.
 *
 * <p>Threading: confined to one thread. Source: ZODB, fspack.py; other than there, what later records refer to stays, and what they point back to stays with garbage too.
 */
final class PackPlan {
    /** A record that stays, but has no place in the new log yet. */
    private static final long UNPLACED = 1;

    private static final int ROUND_MAX = 1 << 20;
    private static final int READ_BYTES = 1 << 20;
    private static final long PROGRESS_OBJECTS = 10_000;

    private final Generation log;
    private final long moment;
    private final long scannedEnd;
    private final PastIndex past;
    /** Null if garbage is kept. */
    private final @Nullable Reachability reachability;

    private final PackProgress progress;
    /** Records before the moment that later ones point back to, by their offset, with their offset in the new log. */
    private final ObjectIndex targets = new ObjectIndex();

    private boolean isPacked = true;

    private PackPlan(Generation log, long moment, long scannedEnd, Garbage garbage, PackProgress progress) {
        this.log = log;
        this.moment = moment;
        this.scannedEnd = scannedEnd;
        this.past = new PastIndex(log, moment, scannedEnd);
        this.progress = progress;
        this.reachability =
                garbage == Garbage.KEEP ? null : new Reachability(log, past, scannedEnd, progress, ROUND_MAX);
    }

    /**
     * Reads the log and finds out what stays.
     *
     * @param moment offset of the first transaction that is not to be packed
     * @param end where the finished transactions end now
     * @return null if everything stays as it is
     * @throws PackException if an object that can be reached refers to one that does not exist
     */
    static @Nullable PackPlan make(
            Generation log, long moment, long end, Garbage garbage, long objectCount, PackProgress progress) {
        progress.begin(Phase.MARK, PROGRESS_OBJECTS, objectCount);
        PackPlan plan = new PackPlan(log, moment, end, garbage, progress);
        boolean isUseful = plan.scan(garbage);
        progress.end();
        return isUseful ? plan : null;
    }

    /** Offset of the first transaction that is not packed. */
    long moment() {
        return moment;
    }

    /** Where the transactions ended when the plan was made. */
    long scannedEnd() {
        return scannedEnd;
    }

    /** Whether the record of {@code oid} at {@code offset}, before the moment, stays. */
    boolean keeps(long oid, long offset) {
        return isCurrent(oid, offset) || targets.get(offset) != 0;
    }

    /** Where the record of {@code oid} lies that was current and stays, 0 if there is none. */
    long current(long oid) {
        return reachability == null || reachability.contains(oid) ? past.get(oid) : 0;
    }

    /** Takes note of the place in the new log of a record that stays. */
    void place(long offset, long newOffset) {
        if (targets.get(offset) != 0) {
            targets.put(offset, newOffset);
        }
    }

    /** The place in the new log of a record before the moment, 0 if it is not known to have one. */
    long placeOf(long offset) {
        long place = targets.get(offset);
        return place == UNPLACED ? 0 : place;
    }

    /**
     * Whether an object is lost in the new log to which a record refers that was written after the plan was made. Never if garbage is kept.
     *
     * @param newIndex of the new log so far
     */
    boolean isLost(long oid, ObjectIndex newIndex) {
        long offset =
                reachability != null && newIndex.get(oid) == 0 ? log.index().get(oid) : 0;
        return offset != 0 && offset < scannedEnd && log.loader().data(offset, oid) != null;
    }

    private void target(long offset, long oid) {
        if (targets.get(offset) != 0) {
            return;
        }
        byte[] data = log.loader().data(offset, oid);
        // ZODB keeps a record in which an object does not exist only when it collects garbage.
        if (data != null || reachability != null) {
            targets.put(offset, UNPLACED);
        }
        if (data != null && reachability != null) {
            reachability.markReferences(ByteBuffer.wrap(data));
        }
    }

    private boolean isCurrent(long oid, long offset) {
        return (reachability == null || reachability.contains(oid)) && past.get(oid) == offset;
    }

    private boolean scan(Garbage garbage) {
        LogReader reader = new LogReader(log.file(), ByteBuffer.allocateDirect(READ_BYTES), scannedEnd);
        LogWalk walk = new LogWalk(reader, progress::tick);
        walk.walk(LogStructure.START, moment, new Earlier());
        if (isRedundant(reader, garbage)) {
            return false;
        }
        if (reachability != null) {
            reachability.markFromRoot();
        }
        walk.walk(moment, scannedEnd, new Later(reader));
        if (reachability != null) {
            reachability.markRest();
        }
        return true;
    }

    /** Whether an earlier pack came as far as this one is to come; what it kept is not all that there was at the moment. */
    private boolean isRedundant(LogReader reader, Garbage garbage) {
        if (!isPacked) {
            return false;
        }
        return moment == scannedEnd
                ? garbage == Garbage.KEEP
                : reader.transaction(moment).status() == TransactionRecordHeader.PACKED;
    }

    /** Sees what comes before the moment. */
    private final class Earlier implements LogWalk.Visitor {
        private boolean counts;

        @Override
        public void begin(long offset, TransactionRecordHeader header) {
            counts = header.status() != TransactionRecordHeader.UNDONE;
            isPacked &= header.status() == TransactionRecordHeader.PACKED;
        }

        @Override
        public void record(long offset, DataRecordHeader data, long back) {
            if (counts) {
                past.note(data.oid(), offset, !data.isBackPointer() || back != 0);
            }
        }
    }

    /** Sees what comes after the moment. */
    private final class Later implements LogWalk.Visitor {
        private final LogReader reader;
        private boolean counts;

        Later(LogReader reader) {
            this.reader = reader;
        }

        @Override
        public void begin(long offset, TransactionRecordHeader header) {
            counts = header.status() != TransactionRecordHeader.UNDONE;
        }

        @Override
        public void record(long offset, DataRecordHeader data, long back) {
            if (back != 0 && back < moment) {
                target(back, data.oid());
            } else if (counts
                    && reachability != null
                    && !data.isBackPointer()
                    && data.dataSize() <= Integer.MAX_VALUE) {
                reachability.markReferences(reader.data(offset + DataRecordHeader.BYTES, (int) data.dataSize()));
            }
        }
    }
}
