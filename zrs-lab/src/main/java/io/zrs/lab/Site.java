package io.zrs.lab;

import io.zrs.blob.BlobDirectory;
import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory with a {@code Data.fs}, and its blobs in {@code blobs}.
 *
 * <p>Threading: immutable; what it looks at should not change meanwhile.
 */
public record Site(Path directory) {
    /**
     * What a file holds.
     *
     * @param size of the file, with what comes behind the last committed transaction
     * @param committedSize without that
     */
    public record Content(Tid last, long size, long committedSize) {}

    private static final Set<String> FILES = Set.of("Data.fs", "Data.fs.index", "Data.fs.lock", "blobs");
    private static final int MAGIC_BYTES = 4;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    /** The data file. */
    public Path file() {
        return directory.resolve("Data.fs");
    }

    /** The blob directory. */
    public Path blobs() {
        return directory.resolve("blobs");
    }

    /** Where blobs lie that are not committed. */
    public Path temporary() {
        return blobs().resolve("tmp");
    }

    /** Opens the storage for writing, after making it if it is not there; time stands still, so that one seed gives the same bytes again. */
    public Storage open() {
        return open(CLOCK);
    }

    /** As {@link #open()}, with a time that goes on. */
    public Storage open(Clock clock) {
        FileStorageOptions options = FileStorageOptions.of(clock)
                .withCutTail(CutTail.DROP)
                .withConflictResolver(ConflictResolver.installed());
        return BlobStorage.wrap(FileStorage.open(file(), options), blobs());
    }

    /** Opens the storage for reading, as it is now, whether or not somebody writes to it; nothing is changed. */
    public Storage openReadOnly() {
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withMode(Mode.READ_ONLY);
        return BlobStorage.wrap(FileStorage.open(file(), options), blobs());
    }

    /** Size of the data file, 0 if there is none. */
    public long size() throws IOException {
        return Files.exists(file()) ? Files.size(file()) : 0;
    }

    /** Looks into the data file without changing it. */
    public Content content() throws IOException {
        long size = size();
        if (size <= MAGIC_BYTES) {
            return new Content(Tid.NONE, size, size);
        }
        try (Storage storage =
                FileStorage.open(file(), FileStorageOptions.of(CLOCK).withMode(Mode.READ_ONLY))) {
            return new Content(storage.lastTransaction(), size, storage.sizeInBytes());
        }
    }

    /** The files in {@link #temporary}. */
    public List<Path> uncommitted() throws IOException {
        if (!Files.isDirectory(temporary())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(temporary())) {
            return entries.toList();
        }
    }

    /** Whether the first {@code size} bytes of the data file are those of {@code other}'s. */
    public boolean sharesWith(Site other, long size) throws IOException {
        if (size == 0) {
            return true;
        }
        long mismatch = Files.mismatch(file(), other.file());
        return mismatch < 0 || mismatch >= size;
    }

    /** In what this differs from {@code original}, byte by byte; and what else lies here that nobody needs. */
    public List<String> faults(Site original) throws IOException {
        List<String> faults = new ArrayList<>();
        compare(file(), original.file(), faults);
        Set<Path> here = tree(blobs());
        Set<Path> there = tree(original.blobs());
        here.stream()
                .filter(Predicate.not(there::contains))
                .forEach(path -> faults.add("blobs/" + path + " is litter"));
        for (Path path : there) {
            if (!here.contains(path)) {
                faults.add("blobs/" + path + " is missing");
            } else if (Files.isRegularFile(blobs().resolve(path))) {
                compare(blobs().resolve(path), original.blobs().resolve(path), faults);
            }
        }
        faults.addAll(temporaryLitter());
        return faults;
    }

    /** What lies here that nobody needs: blob files without record, files that are left over, while the storage is closed. */
    public List<String> litter() throws IOException {
        List<String> litter = temporaryLitter();
        if (Files.exists(blobs().resolve(".removed"))) {
            litter.add("blobs/.removed is litter");
        }
        try (Storage storage =
                FileStorage.open(file(), FileStorageOptions.of(CLOCK).withMode(Mode.READ_ONLY))) {
            BlobDirectory.open(blobs()).walk(revision -> {
                try {
                    storage.loadSerial(revision.oid(), revision.tid());
                } catch (PosKeyException e) {
                    litter.add("the blob of " + revision + " is litter");
                }
            });
        }
        return litter;
    }

    private List<String> temporaryLitter() throws IOException {
        List<String> litter = new ArrayList<>();
        uncommitted().forEach(path -> litter.add(path + " is litter"));
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(path -> !FILES.contains(path.getFileName().toString()))
                    .forEach(path -> litter.add(path + " is litter"));
        }
        return litter;
    }

    private static void compare(Path file, Path original, List<String> faults) throws IOException {
        long mismatch = Files.mismatch(file, original);
        if (mismatch >= 0) {
            faults.add(file + " differs from " + original + " at byte " + mismatch);
        }
    }

    /** All files and directories but what is in {@code tmp}, relative. */
    private static Set<Path> tree(Path root) throws IOException {
        try (Stream<Path> entries = Files.walk(root)) {
            return entries.map(root::relativize)
                    .filter(path -> !path.startsWith("tmp"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
