package io.zrs.filestorage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds transactions by tid.
 *
 * <p>The log itself can only be walked. So this remembers where some transactions begin, from the scan, the commits and the walks that it
 * sees, and walks from the nearest of them. What it remembers is thinned out as the log grows. If tids in the log do not ascend, it finds
 * some transaction at which they pass the one sought.
 *
 * <p>Threading: thread-safe.
 */
final class TransactionFinder {
    private static final int WAYPOINTS_MAX = 1 << 14;
    private static final long SPACING_MIN = 1 << 18;
    private static final int READ_BYTES = 1 << 13;

    private final LogFile file;

    @GuardedBy("waypoints")
    private final TreeMap<Long, Long> waypoints = new TreeMap<>(Long::compareUnsigned);

    private volatile long spacing = SPACING_MIN;
    private volatile long lastNoted = LogStructure.START;

    /** A finder that knows nothing yet. */
    TransactionFinder(LogFile file) {
        this.file = file;
    }

    /** Tells that the transaction {@code tid}, which is finished, begins at {@code offset}. */
    void note(long tid, long offset) {
        if (Math.abs(offset - lastNoted) < spacing) {
            return;
        }
        synchronized (waypoints) {
            long before = value(waypoints.floorEntry(tid), LogStructure.START);
            long after = value(waypoints.ceilingEntry(tid), Long.MAX_VALUE);
            if (offset - before >= spacing && after - offset >= spacing) {
                waypoints.put(tid, offset);
                thinOut();
            }
        }
        lastNoted = offset;
    }

    /**
     * Where the first transaction begins whose tid is {@code tid} or later.
     *
     * @param end where the last transaction to be considered ends
     * @return {@code end} if there is none
     */
    long ceiling(long tid, long end) {
        long low;
        long high;
        synchronized (waypoints) {
            low = Math.min(value(waypoints.lowerEntry(tid), LogStructure.START), end);
            high = Math.min(value(waypoints.ceilingEntry(tid), end), end);
        }
        LogReader reader = new LogReader(file, ByteBuffer.allocate(READ_BYTES), end);
        if (low == high || isReached(reader, low, tid)) {
            return low;
        }
        long last = LogStructure.previous(reader, high);
        if (!isReached(reader, last, tid)) {
            return high;
        }
        boolean isNearLow = Long.compareUnsigned(tid - reader.number(low), reader.number(last) - tid) < 0;
        return isNearLow ? forwards(reader, tid, low) : backwards(reader, tid, last);
    }

    /** From a transaction before the one sought, which exists. */
    private long forwards(LogReader reader, long tid, long before) {
        long offset = before;
        while (!isReached(reader, offset, tid)) {
            note(reader.number(offset), offset);
            offset = LogStructure.transaction(reader, offset).next(offset);
        }
        return offset;
    }

    /** From the transaction sought or a later one; there is one before it. */
    private long backwards(LogReader reader, long tid, long after) {
        long offset = after;
        long previous = LogStructure.previous(reader, offset);
        while (isReached(reader, previous, tid)) {
            offset = previous;
            note(reader.number(offset), offset);
            previous = LogStructure.previous(reader, offset);
        }
        return offset;
    }

    private static boolean isReached(LogReader reader, long offset, long tid) {
        return Long.compareUnsigned(reader.number(offset), tid) >= 0;
    }

    @GuardedBy("waypoints")
    private void thinOut() {
        if (waypoints.size() <= WAYPOINTS_MAX) {
            return;
        }
        spacing = 2 * spacing;
        long kept = LogStructure.START;
        for (Iterator<Long> offsets = waypoints.values().iterator(); offsets.hasNext(); ) {
            long offset = offsets.next();
            if (offset - kept < spacing) {
                offsets.remove();
            } else {
                kept = offset;
            }
        }
    }

    private static long value(Map.@Nullable Entry<Long, Long> entry, long absent) {
        return entry == null ? absent : entry.getValue();
    }
}
