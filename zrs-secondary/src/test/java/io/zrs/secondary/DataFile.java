package io.zrs.secondary;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.golden.Golden;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@code Data.fs} in a directory, with blobs beside it or without: the base of a secondary. */
final class DataFile {
    private static final int MAGIC_BYTES = 4;
    private static final String BLOB_SUFFIX = ".blob";

    private final Path directory;
    private final Path file;
    private final Path blobs;
    private final Blobs kept;

    /** Whether there is a place for blobs. */
    enum Blobs {
        KEPT,
        NONE
    }

    DataFile(Path directory, Blobs kept) {
        this.directory = directory;
        this.file = directory.resolve("Data.fs");
        this.blobs = directory.resolve("blobs");
        this.kept = kept;
    }

    /** What the storage is called. */
    String name() {
        return file.toString();
    }

    Storage open() {
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        FileStorageOptions options = FileStorageOptions.of(clock)
                .withCutTail(FileStorageOptions.CutTail.DROP)
                .withLock(StorageLock.javaOnly());
        Storage storage = FileStorage.open(file, options);
        return kept == Blobs.KEPT ? BlobStorage.wrap(storage, blobs) : storage;
    }

    /** Puts there what a golden file has up to and including {@code last}. */
    void prepare(String set, String name, Tid last) throws IOException {
        byte[] whole = Golden.bytes(set + "/" + name);
        Files.write(file, Arrays.copyOf(whole, endOf(whole, last)));
        if (kept == Blobs.KEPT) {
            Golden.copy(set + "/blobs", blobs);
            for (Path blob : blobFiles(blobs)) {
                if (tidOf(blob).compareTo(last) > 0) {
                    Files.delete(blob);
                }
            }
        }
    }

    private static int endOf(byte[] data, Tid last) {
        ByteBuffer log = ByteBuffer.wrap(data);
        int position = MAGIC_BYTES;
        while (position < data.length && new Tid(log.getLong(position)).compareTo(last) <= 0) {
            position += (int) log.getLong(position + Long.BYTES) + Long.BYTES;
        }
        return position;
    }

    byte[] bytes() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Contents of all blobs by the names of their files. */
    SortedMap<String, ByteBuffer> blobs() {
        return blobs(blobs);
    }

    static SortedMap<String, ByteBuffer> blobs(Path root) {
        SortedMap<String, ByteBuffer> found = new TreeMap<>();
        for (Path blob : blobFiles(root)) {
            try {
                found.put(root.relativize(blob).toString(), ByteBuffer.wrap(Files.readAllBytes(blob)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    /** All files but the log, its index, its lock, blobs and the blob directory's marker: there should be none. */
    List<Path> litter() {
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.filter(path -> Files.isRegularFile(path)
                            && !isExpected(path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isExpected(String name) {
        return name.startsWith("Data.fs") || name.equals(".layout") || name.endsWith(BLOB_SUFFIX);
    }

    private static List<Path> blobFiles(Path root) {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(path -> path.toString().endsWith(BLOB_SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Tid tidOf(Path blob) {
        String name = blob.getFileName().toString();
        return Tid.parse(name.substring(0, name.length() - BLOB_SUFFIX.length()));
    }
}
