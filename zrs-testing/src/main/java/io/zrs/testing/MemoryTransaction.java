package io.zrs.testing;

import com.google.common.collect.ImmutableList;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished transaction.
 *
 * <p>Threading: immutable.
 *
 * @param revisions in the order in which they were written
 */
record MemoryTransaction(TransactionHeader header, ImmutableList<MemoryRevision> revisions)
        implements CommittedTransaction {
    private static final int HEADER_BYTES = Long.BYTES + 1;

    MemoryTransaction(TransactionHeader header, List<MemoryRevision> revisions) {
        this(header, ImmutableList.copyOf(revisions));
    }

    @Override
    public Tid tid() {
        return header.tid();
    }

    @Override
    public Iterable<Oid> oids() {
        return revisions.stream().map(MemoryRevision::oid).toList();
    }

    /** Bytes that it takes in the log: what it says, in its shortest form. */
    long size() {
        TransactionMetadata metadata = header.metadata();
        return HEADER_BYTES
                + metadata.user().size()
                + metadata.description().size()
                + metadata.extension().size()
                + revisions.stream().mapToLong(MemoryRevision::size).sum();
    }

    /** Its records from the first one on, each with data of its own, for a caller that writes into it. */
    LogTransaction read() {
        Iterator<MemoryRevision> rest = revisions.iterator();
        return new LogTransaction() {
            @Override
            public TransactionHeader header() {
                return header;
            }

            @Override
            public @Nullable DataRecord nextRecord() {
                return rest.hasNext() ? record(rest.next()) : null;
            }

            @Override
            public long size() {
                return MemoryTransaction.this.size();
            }
        };
    }

    static DataRecord record(MemoryRevision revision) {
        MemoryRevision reference = revision.reference();
        return new DataRecord(
                revision.oid(), revision.tid(), revision.copyData(), reference == null ? null : reference.tid());
    }
}
