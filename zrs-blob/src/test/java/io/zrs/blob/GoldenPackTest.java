package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.golden.Golden;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file storage with blobs, packed: what Python makes of it. */
class GoldenPackTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T21:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "py2-pack, end, gc", "py2-pack, end, nogc", "py2-pack, middle, gc", "py2-pack, middle, nogc",
        "py3-pack, end, gc", "py3-pack, end, nogc", "py3-pack, middle, gc", "py3-pack, middle, nogc"
    })
    void leavesTheSameFiles(String set, String time, String garbage) throws IOException {
        Golden.copy(set + "/before", directory.resolve("site"));
        Path data = directory.resolve("site/Data.fs");
        Path blobs = directory.resolve("site/blobs");
        double seconds = Golden.json(set + "/times.json").get(time).asDouble();
        Tid tid = Tid.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withLock(StorageLock.javaOnly());
        for (int round = 1; round <= 2; round++) { // the second one finds nothing to do
            try (BlobStorage storage = BlobStorage.wrap(FileStorage.open(data, options), blobs)) {
                storage.capability(Packable.class)
                        .orElseThrow()
                        .pack(tid, garbage.equals("gc") ? Garbage.COLLECT : Garbage.KEEP, PackListener.NONE);
                String packed = set + "/pack-" + time + "-" + garbage;
                assertThat(contents(blobs)).isEqualTo(contents(Golden.path(packed + "/blobs")));
                assertThat(data).hasSameBinaryContentAs(Golden.path(packed + "/Data.fs"));
            }
        }
        try (Stream<Path> tree = Files.walk(blobs)) {
            assertThat(tree.filter(path -> Files.isDirectory(path) && isEmpty(path)))
                    .containsExactly(blobs.resolve("tmp"));
        }
    }

    private static boolean isEmpty(Path path) {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    contents.put(
                            root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }
}
