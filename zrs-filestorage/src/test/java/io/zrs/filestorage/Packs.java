package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.restorable;

import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Short words for what tests of packing do. */
final class Packs {
    private Packs() {}

    static PackResult pack(Storage storage, long time, Garbage garbage, PackListener listener) {
        return storage.capability(Packable.class).orElseThrow().pack(new Tid(time), garbage, listener);
    }

    static PackResult pack(Storage storage, long time) {
        return pack(storage, time, Garbage.COLLECT, PackListener.NONE);
    }

    /** One finished transaction with one record {@code "oid:tid"} that refers to objects. */
    static void finish(Storage storage, long tid, long oid, long... references) {
        try (RestoreTransaction transaction = begin(storage, tid)) {
            transaction.restore(new Oid(oid), new Tid(tid), TestRecords.record(text(oid, tid), references), null);
            transaction.vote();
            transaction.finish();
        }
    }

    /** As {@link #finish}, and forced. */
    static void commit(Storage storage, long tid, long oid, long... references) {
        finish(storage, tid, oid, references);
        restorable(storage).force();
    }

    /** The object as it was at another transaction. */
    static void undo(Storage storage, long tid, long oid, long dataTid, byte[] data) {
        try (RestoreTransaction transaction = begin(storage, tid)) {
            transaction.restore(new Oid(oid), new Tid(tid), ByteBuffer.wrap(data), new Tid(dataTid));
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
    }

    /**
     * A root that refers to 1 (three revisions) and 2, which refers to 3; 4 is garbage; tids 1 to 8, of which 7 writes garbage and 8 the root.
     */
    static void fill(Storage storage) {
        commit(storage, 1, 0, 1, 2);
        commit(storage, 2, 1);
        commit(storage, 3, 2, 3);
        commit(storage, 4, 3);
        commit(storage, 5, 1);
        commit(storage, 6, 1);
        commit(storage, 7, 4);
        commit(storage, 8, 0, 1, 2);
    }

    static String text(long oid, long tid) {
        return oid + ":" + tid + ";" + "x".repeat(100);
    }

    /** What a directory holds, by name. */
    static Map<String, String> directory(Path file) {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.list(Objects.requireNonNull(file.getParent()))) {
            for (Path path : (Iterable<Path>) files::iterator) {
                content.put(
                        Objects.requireNonNull(path.getFileName()).toString(),
                        HexFormat.of().formatHex(Files.readAllBytes(path)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return content;
    }
}
