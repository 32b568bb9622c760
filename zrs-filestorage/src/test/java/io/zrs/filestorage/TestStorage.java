package io.zrs.filestorage;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Short words for what tests do with storages. */
final class TestStorage {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T20:32:57Z"), ZoneOffset.UTC);

    private TestStorage() {}

    /** A path for a {@code Data.fs} on an empty file system in memory. */
    static Path memoryPath() {
        FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
        try {
            return Files.createDirectory(fileSystem.getPath("/db")).resolve("Data.fs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a lock. */
    static FileStorageOptions options() {
        return FileStorageOptions.of(CLOCK).withLock(file -> () -> {});
    }

    static FileStorage open(Path path) {
        return FileStorage.open(path, options());
    }

    static WritableStorage writable(Storage storage) {
        return storage.capability(WritableStorage.class).orElseThrow();
    }

    static RestorableStorage restorable(Storage storage) {
        return storage.capability(RestorableStorage.class).orElseThrow();
    }

    static Undoable undoable(Storage storage) {
        return storage.capability(Undoable.class).orElseThrow();
    }

    static TransactionLog log(Storage storage) {
        return storage.capability(TransactionLog.class).orElseThrow();
    }

    static ByteBuffer data(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    static TransactionHeader header(long tid) {
        return new TransactionHeader(new Tid(tid), ' ', TransactionMetadata.EMPTY);
    }

    /** Begins, in the dialect of Python 3. */
    static RestoreTransaction begin(Storage storage, long tid) {
        return restorable(storage).beginRestore(header(tid), PickleDialect.PYTHON3);
    }

    /** One transaction with one record {@code "oid:tid"} for each oid, finished but not forced. */
    static void finish(Storage storage, long tid, long... oids) {
        try (RestoreTransaction transaction = begin(storage, tid)) {
            for (long oid : oids) {
                transaction.restore(new Oid(oid), new Tid(tid), data(oid + ":" + tid), null);
            }
            transaction.vote();
            transaction.finish();
        }
    }

    /** As {@link #finish}, and forced. */
    static void commit(Storage storage, long tid, long... oids) {
        finish(storage, tid, oids);
        restorable(storage).force();
    }

    /** A new revision of an object by way of {@link WritableStorage}. */
    static Tid store(Storage storage, long oid, Tid oldSerial, String data) {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(new Oid(oid), oldSerial, data(data));
            transaction.vote();
            return transaction.finish();
        }
    }

    /** Undoes transactions together; returns the tid of the undoing one. */
    static Tid undo(Storage storage, Tid... transactions) {
        try (UndoTransaction undoing = undoable(storage).beginUndo(TransactionMetadata.EMPTY)) {
            for (Tid transaction : transactions) {
                undoing.undo(transaction);
            }
            undoing.vote();
            return undoing.finish();
        }
    }

    /** Tids in the order in which a cursor gives them. */
    static List<Long> tids(TransactionCursor cursor) {
        List<Long> tids = new ArrayList<>();
        try (cursor) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                tids.add(next.header().tid().value());
            }
        }
        return tids;
    }

    static List<Long> tids(Storage storage) {
        return tids(log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST));
    }

    /** Copies transactions after {@code after} as replication does, each with its own status and metadata. */
    static void copy(Storage from, Tid after, Storage to) {
        TransactionLog log = log(from);
        try (TransactionCursor cursor = log.follow(after)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                try (RestoreTransaction copy = restorable(to).beginRestore(next.header(), log.dialect())) {
                    for (DataRecord record = next.nextRecord(); record != null; record = next.nextRecord()) {
                        byte @Nullable [] data = record.data();
                        copy.restore(
                                record.oid(),
                                record.tid(),
                                data == null ? null : ByteBuffer.wrap(data),
                                record.dataTid());
                    }
                    copy.vote();
                    copy.finish();
                }
            }
        }
        restorable(to).force();
    }

    static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path path, byte[] bytes) {
        try {
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    /** Seeds for property tests: {@code -Dzrs.seed} for one, else {@code count} fixed ones. */
    static Stream<Long> seeds(int count) {
        String given = System.getProperty("zrs.seed");
        return given != null
                ? Stream.of(Long.valueOf(given))
                : LongStream.range(0, count).boxed();
    }
}
