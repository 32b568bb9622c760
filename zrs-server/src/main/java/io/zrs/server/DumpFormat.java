package io.zrs.server;

import io.zrs.storage.TransactionHeader;
import java.io.IOException;

/** How {@code dump} writes transactions, record by record. Threading: confined to one thread. */
interface DumpFormat {
    /** Begins a transaction that lies at {@code offset} in the data file. */
    void begin(TransactionHeader transaction, long offset) throws IOException;

    /** Its next record. */
    void record(DumpedRecord record) throws IOException;

    /** Its end. */
    void end() throws IOException;
}
