package io.zrs.filestorage;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import java.nio.ByteBuffer;

/**
 * Copies the transactions that come later than what is packed, whole, with pointers that fit the new log. A back pointer to what did not stay, which can come from a transaction that was
 * restored meanwhile, is replaced by the data.
 *
 * <p>Threading: confined to one thread.
 */
final class RestCopy {
    private static final int READ_BYTES = 1 << 20;

    private final Generation log;
    private final PackPlan plan;
    private final PackOutput output;
    private final LogReader reader;
    private final OffsetShifts shifts = new OffsetShifts();
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
    private long position;

    /** Begins behind what is packed, which {@code output} has. */
    RestCopy(Generation log, PackPlan plan, PackOutput output) {
        this.log = log;
        this.plan = plan;
        this.output = output;
        this.position = plan.moment();
        this.reader = new LogReader(log.file(), ByteBuffer.allocateDirect(READ_BYTES), position);
        shifts.add(position, output.position());
    }

    /** Where the next transaction to be copied begins. */
    long position() {
        return position;
    }

    /** Copies the transactions before {@code end}, which must not change any more while they are. */
    void copy(long end, Runnable tick) {
        reader.advanceLimit(end);
        while (position < end) {
            copyTransaction(tick);
        }
    }

    /** Copies one transaction that is not visible yet; returns it as it stands in the new log. */
    FinishedTransaction copy(FinishedTransaction transaction) {
        copy(transaction.end(), () -> {});
        return new FinishedTransaction(
                shifts.translate(transaction.offset()),
                output.position(),
                transaction.tid(),
                transaction.status(),
                output.log().index().size());
    }

    private void copyTransaction(Runnable tick) {
        TransactionRecordHeader header = LogStructure.transaction(reader, position);
        output.begin(reader, position, header, header.status());
        long end = header.trailer(position);
        for (long next = position + header.headerSize(); next < end; ) {
            DataRecordHeader data = LogStructure.record(reader, next, position, end);
            shifts.add(next, output.position());
            copyRecord(next, data);
            next = data.next(next);
            tick.run();
        }
        output.end();
        position = header.next(position);
        shifts.add(position, output.position());
    }

    private void copyRecord(long offset, DataRecordHeader data) {
        long previous = output.log().index().get(data.oid());
        if (!data.isBackPointer()) {
            if (offset >= plan.scannedEnd()) {
                checkLinks(offset, data);
            }
            output.copyRecord(reader, offset, data, previous);
            return;
        }
        long back = reader.number(offset + DataRecordHeader.BYTES);
        long place = back == 0 || back >= plan.moment() ? translated(back) : plan.placeOf(back);
        byte[] there = back == 0 || place != 0 ? null : log.loader().data(back, data.oid());
        if (there == null) {
            output.pointer(data, previous, place);
        } else {
            output.record(data, previous, there);
        }
    }

    private long translated(long back) {
        return back == 0 ? 0 : shifts.translate(back);
    }

    /** An object that nothing referred to can still be in the memory of somebody who now refers to it again. */
    private void checkLinks(long offset, DataRecordHeader data) {
        if (data.dataSize() > PickleLimits.RECORD.sizeMax()) {
            return;
        }
        try {
            scanner.references(reader.data(offset + DataRecordHeader.BYTES, (int) data.dataSize()), oid -> {
                if (plan.isLost(oid, output.log().index())) {
                    throw new PackException("while " + log.file().name() + " was packed, " + new Oid(data.oid())
                            + " began to refer to " + new Oid(oid) + ", to which nothing had referred; pack again");
                }
            });
        } catch (PickleException e) {
            // Nobody can find out what it refers to, now or later.
            return;
        }
    }
}
