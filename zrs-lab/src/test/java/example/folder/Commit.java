package example.folder;

import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.util.List;

/** A transaction with its records; nobody writes to their data. */
record Commit(TransactionHeader header, PickleDialect dialect, List<DataRecord> records) {
    Tid tid() {
        return header.tid();
    }

    /** Bytes of the file, about. */
    long size() {
        return records.stream()
                .map(DataRecord::data)
                .mapToLong(data -> 20 + (data == null ? 0 : data.length))
                .reduce(26, Long::sum);
    }
}
