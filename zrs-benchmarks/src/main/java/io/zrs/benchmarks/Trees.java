package io.zrs.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Whole directories. */
final class Trees {
    private Trees() {}

    /** A new directory, which is deleted when this process ends. */
    static Path temporary(Path parent) throws IOException {
        Path directory = Files.createTempDirectory(parent, "zrs-benchmark");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        return directory;
    }

    /** Deletes a directory and all below, if it exists. */
    static void delete(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path source, Path target) throws IOException {
        for (Path file : filesBelow(source)) {
            Path copy = target.resolve(source.relativize(file));
            Files.createDirectories(Objects.requireNonNull(copy.getParent()));
            Files.copy(file, copy);
        }
    }

    /**
     * Compares two storages: their data files, and the files in their blob directories.
     *
     * @throws IllegalStateException if they differ
     */
    static void checkSame(StorageFiles expected, StorageFiles found) throws IOException {
        checkSame(expected.data(), found.data());
        List<Path> blobs = filesBelow(expected.blobs());
        if (blobs.size() != filesBelow(found.blobs()).size()) {
            throw new IllegalStateException(found.blobs() + " has more or fewer files than " + expected.blobs());
        }
        for (Path blob : blobs) {
            checkSame(blob, found.blobs().resolve(expected.blobs().relativize(blob)));
        }
    }

    private static void checkSame(Path expected, Path found) throws IOException {
        long difference = Files.mismatch(expected, found);
        if (difference >= 0) {
            throw new IllegalStateException(found + " differs from " + expected + " at " + difference);
        }
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
