package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobDirectoryTest {
    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/blobs");

    @AfterEach
    void close() throws IOException {
        fileSystem.close();
    }

    @ParameterizedTest
    @CsvSource({
        "BUSHY, 00000000000abc01, 03ad0000000000ff, 0x00/0x00/0x00/0x00/0x00/0x0a/0xbc/0x01/0x03ad0000000000ff.blob",
        "BUSHY, 0000000000000000, 000000000000004d, 0x00/0x00/0x00/0x00/0x00/0x00/0x00/0x00/0x4d.blob",
        "BUSHY, fedcba9876543210, 040d2ea6336f4655, 0xfe/0xdc/0xba/0x98/0x76/0x54/0x32/0x10/0x040d2ea6336f4655.blob",
        "LAWN, 00000000000abc01, 03ad0000000000ff, 0x0abc01/0x03ad0000000000ff.blob",
        "LAWN, 0000000000000000, 0000000000000100, 0x00/0x0100.blob",
    })
    void namesFilesAsZodbDoes(BlobLayout layout, String oid, String tid, String path) throws IOException {
        mark(layout.marker());
        BlobDirectory directory = BlobDirectory.open(root);
        assertThat(directory.path(Oid.parse(oid), Tid.parse(tid))).isEqualTo(root.resolve(path));
        write(path);
        assertThat(walk()).containsExactly(new BlobRevision(Oid.parse(oid), Tid.parse(tid)));
    }

    @ParameterizedTest
    @EnumSource
    void walkPassesOverOtherNames(BlobLayout layout) throws IOException {
        mark(layout.marker());
        write("tmp/0x01.blob");
        write("0x01/0x02.blob.dl");
        write("0x01/0x0000000000000002.blob");
        write("0x01/.lock");
        write("01/0x02.blob");
        write("0x01/02.blob");
        write("0x0001/0x02.blob");
        write("0xzz/0x02.blob");
        write("0x00/0x00/0x00/0x00/0x00/0x00/0x00/0x1/0x02.blob");
        write("0x00/0x00/0x00/0x00/0x00/0x00/0x00/0x01/0x00/0x02.blob");
        write("0x02.blob");
        Files.createDirectories(root.resolve(layout.filePath(new BlobRevision(Oid.ROOT, new Tid(7)))));
        assertThat(walk()).isEmpty();
    }

    @Test
    void walkOfNothingFindsNothing() {
        assertThat(walk()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bushy", "lawn", " lawn\n"})
    void believesTheMarker(String marker) throws IOException {
        mark(marker);
        write("0x00/0x02.blob");
        assertThat(BlobDirectory.open(root).layout().marker()).isEqualTo(marker.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zeocache", "meadow", "Bushy"})
    void refusesUnknownMarker(String marker) throws IOException {
        mark(marker);
        assertThatThrownBy(() -> BlobDirectory.open(root))
                .isInstanceOf(CorruptedStorageException.class)
                .hasMessageContainingAll("/blobs/.layout", "'" + marker + "'", "[bushy, lawn]");
        assertThatThrownBy(() -> BlobStorage.wrap(new MemoryStorage(), root))
                .isInstanceOf(CorruptedStorageException.class);
        assertThat(root.resolve("tmp")).doesNotExist();
    }

    @Test
    void refusesOtherLayoutThanAskedFor() throws IOException {
        mark("lawn");
        assertThatThrownBy(() -> BlobStorage.wrap(new MemoryStorage(), root, BlobLayout.BUSHY))
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll("bushy", "lawn", "/blobs");
        assertThat(root.resolve(".layout")).hasContent("lawn");
        assertThat(root.resolve("tmp")).doesNotExist();
    }

    @Test
    void directoryWithoutMarkerIsLawnIfItHoldsAnything() throws IOException {
        write("0x00/0x02.blob");
        assertThat(BlobDirectory.open(root).layout()).isEqualTo(BlobLayout.LAWN);
        assertThat(walk()).containsExactly(new BlobRevision(Oid.ROOT, new Tid(2)));
        BlobStorage.wrap(new MemoryStorage(), root).close();
        assertThat(root.resolve(".layout")).hasContent("lawn");
    }

    @Test
    void directoryWithOnlyHiddenFilesAndTmpIsBushy() throws IOException {
        write("tmp/leftover");
        write(".hidden");
        assertThat(BlobDirectory.open(root).layout()).isEqualTo(BlobLayout.BUSHY);
    }

    @Test
    void askedForLayoutIsMarked() {
        BlobStorage.wrap(new MemoryStorage(), root, BlobLayout.LAWN).close();
        assertThat(root.resolve(".layout")).hasContent("lawn");
        assertThat(BlobDirectory.open(root).layout()).isEqualTo(BlobLayout.LAWN);
    }

    @Test
    void interruptedMarkerIsWrittenAnew() throws IOException {
        Files.createDirectories(root);
        Files.writeString(root.resolve(".layout.new"), "bu");
        BlobStorage.wrap(new MemoryStorage(), root).close();
        assertThat(root.resolve(".layout")).hasContent("bushy");
        assertThat(root.resolve(".layout.new")).doesNotExist();
    }

    private List<BlobRevision> walk() {
        List<BlobRevision> found = new ArrayList<>();
        BlobDirectory.open(root).walk(found::add);
        return found;
    }

    private void mark(String marker) throws IOException {
        Files.createDirectories(root);
        Files.writeString(root.resolve(".layout"), marker);
    }

    private void write(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "content");
    }
}
