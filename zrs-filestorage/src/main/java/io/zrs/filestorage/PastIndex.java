package io.zrs.filestorage;

/**
 * Where the record of each object lies that was current at some place of the log, the moment.
 *
 * <p>For most objects that is what the index of the log says, so only others cost memory: those that were written after the moment as well as before it (as much as
 * in an {@link ObjectIndex}), and those that had been deleted.
 *
 * <p>Threading: confined to one thread; the index of the log may grow meanwhile.
 */
final class PastIndex {
    /** Stands for a record in which the object does not exist; no record lies there. */
    private static final long DELETED = 1;

    private final ObjectIndex index;
    private final RecordLoader loader;
    private final long moment;
    private final long scannedEnd;
    private final ObjectIndex different = new ObjectIndex();

    /**
     * Knows nothing before all records before the moment were {@linkplain #note noted}.
     *
     * @param moment offset of the first transaction that comes later
     * @param scannedEnd where the transactions ended when the noting began
     */
    PastIndex(Generation log, long moment, long scannedEnd) {
        this.index = log.index();
        this.loader = log.loader();
        this.moment = moment;
        this.scannedEnd = scannedEnd;
    }

    /**
     * Takes note of a record before the moment, in the order of the log.
     *
     * @param exists whether the object exists in it
     */
    void note(long oid, long offset, boolean exists) {
        if (!exists) {
            different.put(oid, DELETED);
        } else if (index.get(oid) >= moment || different.get(oid) != 0) {
            different.put(oid, offset);
        }
    }

    /** Where the record of {@code oid} lies, 0 if there was no such object. */
    long get(long oid) {
        long offset = different.get(oid);
        if (offset == 0) {
            offset = index.get(oid);
            if (offset >= scannedEnd) {
                offset = beforeScannedEnd(oid, offset);
            }
        }
        return offset == DELETED || offset >= moment ? 0 : offset;
    }

    /** Whether {@code oid} was written after the moment. */
    boolean isWrittenLater(long oid) {
        return index.get(oid) >= moment;
    }

    /** For an object that was written since. What is found is kept, so that no chain of records is walked twice. */
    private long beforeScannedEnd(long oid, long current) {
        long offset = current;
        while (offset >= scannedEnd) {
            offset = loader.previous(offset, loader.header(offset, oid));
        }
        if (offset != 0) {
            different.put(oid, offset);
        }
        return offset;
    }
}
