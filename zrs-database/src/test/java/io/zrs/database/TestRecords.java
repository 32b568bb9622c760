package io.zrs.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Records as they are, past the objects; and the seeds of property tests. */
final class TestRecords {
    private TestRecords() {}

    /** Stores a new object in a transaction of its own. */
    static Oid store(Storage storage, String latin1) {
        Oid oid = storage.capability(WritableStorage.class).orElseThrow().newOid();
        store(storage, oid, Tid.NONE, latin1);
        return oid;
    }

    /** Stores an object in a transaction of its own. */
    static void store(Storage storage, Oid oid, Tid oldSerial, String latin1) {
        WritableStorage writable = storage.capability(WritableStorage.class).orElseThrow();
        try (StorageTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
            transaction.store(oid, oldSerial, ByteBuffer.wrap(latin1.getBytes(ISO_8859_1)));
            transaction.vote();
            transaction.finish();
        }
    }

    /** The state of a record, as the pickle has it. */
    static PickleValue state(byte[] record) {
        try {
            return new RecordReader().read(record).state();
        } catch (PickleException | UnreadableStateException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code -Dzrs.seed} alone, else {@code count} fixed ones. */
    static Stream<Long> seeds(int count) {
        String given = System.getProperty("zrs.seed");
        return given != null
                ? Stream.of(Long.valueOf(given))
                : LongStream.range(0, count).boxed();
    }
}
