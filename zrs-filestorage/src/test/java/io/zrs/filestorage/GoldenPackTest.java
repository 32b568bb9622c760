package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ZODB made of a file by packing it, ours makes of it too. */
class GoldenPackTest {
    private final Path path = memoryPath();
    private final List<String> removedBlobs = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "py2-pack, end, gc", "py2-pack, end, nogc", "py2-pack, middle, gc", "py2-pack, middle, nogc",
        "py3-pack, end, gc", "py3-pack, end, nogc", "py3-pack, middle, gc", "py3-pack, middle, nogc"
    })
    void packsToTheBytesOfZodb(String set, String time, String gc) {
        Garbage garbage = gc.equals("gc") ? Garbage.COLLECT : Garbage.KEEP;
        String packed = set + "/pack-" + time + "-" + gc;
        Golden.copy(set + "/before/Data.fs", path);
        try (FileStorage storage = open(path)) {
            long before = storage.sizeInBytes();
            PackResult result = pack(storage, time(set, time), garbage);
            assertThat(path).hasBinaryContent(Golden.bytes(packed + "/Data.fs"));
            assertThat(IndexFile.of(path)).exists();
            assertThat(result.bytesBefore()).isEqualTo(before);
            assertThat(result.bytesAfter()).isEqualTo(storage.sizeInBytes()).isEqualTo(bytes(path).length);
            assertThat(result.objectsAfter()).isEqualTo(storage.objectCount());
            assertThat(removedBlobs)
                    .containsExactlyInAnyOrderElementsOf(difference(blobs(set + "/before"), blobs(packed)));
            assertPackedAlready(storage, time(set, time), garbage);
        }
        byte[] index = bytes(IndexFile.of(path));
        if (set.equals("py3-pack")) {
            assertThat(index).isEqualTo(Golden.bytes(packed + "/Data.fs.index"));
        }
        write(IndexFile.of(path), new byte[0]);
        open(path).close();
        assertThat(index).as("what a scan gives").isEqualTo(bytes(IndexFile.of(path)));
    }

    private void assertPackedAlready(FileStorage storage, Tid time, Garbage garbage) {
        removedBlobs.clear();
        byte[] content = bytes(path);
        PackResult again = pack(storage, time, garbage);
        assertThat(again)
                .isEqualTo(
                        new PackResult(content.length, content.length, storage.objectCount(), storage.objectCount()));
        assertThat(path).hasBinaryContent(content);
        assertThat(removedBlobs).isEmpty();
    }

    private PackResult pack(FileStorage storage, Tid time, Garbage garbage) {
        return storage.capability(Packable.class).orElseThrow().pack(time, garbage, new PackListener() {
            @Override
            public void removesBlob(Oid oid, Tid tid) {
                removedBlobs.add(oid.toHex() + " " + tid.toHex());
            }
        });
    }

    private static Tid time(String set, String name) {
        double seconds = Golden.json(set + "/times.json").get(name).asDouble();
        return Tid.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
    }

    private static List<String> difference(List<String> all, List<String> some) {
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** As {@code oid tid}, from a {@code bushy} directory. */
    private static List<String> blobs(String directory) {
        Path root = Golden.path(directory + "/blobs");
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".blob"))
                    .map(name -> name.replace("/0x", "").replace("0x", "").replace(".blob", ""))
                    .map(name -> name.substring(0, 16) + " " + name.substring(16))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
