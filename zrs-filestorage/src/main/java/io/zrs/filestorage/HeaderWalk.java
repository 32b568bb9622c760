package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the transactions of a log from new to old without reading their data.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class HeaderWalk {
    /** Small, since between two headers there may be much that is not asked for. */
    private static final int READ_BYTES = 1 << 12;

    private final LogReader reader;
    private long offset;
    private TransactionRecordHeader header;

    /** A walk that stands behind the last transaction; the log must be pinned. */
    HeaderWalk(View view) {
        this.reader = new LogReader(view.log().file(), ByteBuffer.allocate(READ_BYTES), view.end());
        this.offset = view.end();
        this.header = new TransactionRecordHeader(0, 0, TransactionRecordHeader.UNFINISHED, 0, 0, 0);
    }

    /** Steps to the transaction before; false if there is none. */
    boolean next() {
        if (offset <= LogStructure.START) {
            return false;
        }
        offset = LogStructure.previous(reader, offset);
        header = LogStructure.transaction(reader, offset);
        return true;
    }

    /** Of the transaction to which {@link #next()} has stepped, as all that follows. */
    TransactionRecordHeader header() {
        return header;
    }

    TransactionMetadata metadata() {
        return reader.metadata(offset, header);
    }

    /** The objects of its records, in their order. */
    List<Oid> oids() {
        List<Oid> oids = new ArrayList<>();
        LogStructure.checkRecords(reader, offset, header, (position, record) -> oids.add(new Oid(record.oid())));
        return oids;
    }
}
