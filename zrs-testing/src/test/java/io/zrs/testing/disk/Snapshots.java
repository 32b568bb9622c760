package io.zrs.testing.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What lies on a disk, as values. */
final class Snapshots {
    private Snapshots() {}

    /** Something that is done to a disk before it crashes. */
    interface Scenario {
        void run(CrashingFileSystem disk) throws IOException;
    }

    /** Contents by path; directories end in a slash. */
    static Map<String, String> of(CrashingFileSystem disk) {
        Map<String, String> result = new TreeMap<>();
        try (Stream<Path> all = Files.walk(disk.getPath("/"))) {
            for (Path path : (Iterable<Path>) all::iterator) {
                if (Files.isDirectory(path)) {
                    result.put(path.getNameCount() == 0 ? "/" : path + "/", "");
                } else {
                    result.put(path.toString(), Files.readString(path, ISO_8859_1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result;
    }

    /** What may lie on a disk after {@code scenario} and a power failure, by the names and contents of files; of {@code seeds} seeds. */
    static Set<String> outcomes(int seeds, Scenario scenario) throws IOException {
        Set<String> result = new TreeSet<>();
        for (int seed = 1; seed <= seeds; seed++) {
            CrashingFileSystem disk = CrashingFileSystem.create(seed);
            scenario.run(disk);
            disk.crash();
            disk.restart();
            List<String> files = of(disk).entrySet().stream()
                    .filter(entry -> !entry.getKey().endsWith("/"))
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .toList();
            result.add(String.join(" ", files));
        }
        return result;
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A file that is there after every crash, and its directory too. */
    static Path durable(Path file, String content) throws IOException {
        Files.writeString(file, content, ISO_8859_1);
        force(file);
        force(file.resolveSibling(""));
        return file;
    }

    static Path durableDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
        force(directory.resolveSibling(""));
        return directory;
    }

    static void write(Path file, long position, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ISO_8859_1.encode(content), position);
        }
    }

    static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
