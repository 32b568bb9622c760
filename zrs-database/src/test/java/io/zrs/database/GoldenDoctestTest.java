package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.blob.BlobStorage;
import io.zrs.database.Blob.WriteMode;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageFormat;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story that the golden {@code doctest} sets tell, told again in Java. */
class GoldenDoctestTest {
    private static final Oid EMPTY_BLOB = new Oid(8);

    @TempDir
    private Path directory;

    @Test
    void writesPython3sFileByteForByte() throws IOException {
        tell("py3-doctest", FileStorageFormat.FS30);
        assertThat(directory.resolve("Data.fs")).hasBinaryContent(Golden.bytes("py3-doctest/Data.fs"));
        assertThat(blobs(directory.resolve("blobs"))).isEqualTo(goldenBlobs("py3-doctest"));
    }

    @Test
    void writesWhatPython2Means() throws IOException {
        tell("py2-doctest", FileStorageFormat.FS21);
        assertThat(blobs(directory.resolve("blobs"))).isEqualTo(goldenBlobs("py2-doctest"));
        Path golden = Golden.copy("py2-doctest", directory.resolve("golden"));
        try (Storage ours = open(directory, FileStorageFormat.FS21);
                Storage theirs = open(golden, FileStorageFormat.FS21)) {
            for (JsonNode transaction : Golden.json("py2-doctest/dump.json").get("transactions")) {
                for (JsonNode record : transaction.get("records")) {
                    assertSameRecord(ours, theirs, record);
                }
            }
            assertThat(ours.lastTransaction()).isEqualTo(theirs.lastTransaction());
            assertThat(ours.objectCount()).isEqualTo(theirs.objectCount());
        }
    }

    @Test
    void readsThePython2FileAndGoesOn() throws IOException {
        Golden.copy("py2-doctest", directory);
        try (Database database = Database.open(open(directory, FileStorageFormat.FS21));
                Connection connection = database.open()) {
            PersistentMapping root = connection.root();
            assertThat(root.keySet()).containsExactlyInAnyOrder("x", "blob", 0L, 1L, 2L, 3L, 4L, "empty");
            write(root.get(3, Blob.class), "changed");
            connection.commit();
            assertThat(root.get(3, Blob.class).committed()).hasContent("changed");
            assertThat(root.get("empty", Blob.class).committed()).hasContent("new data");
        }
    }

    private void tell(String set, FileStorageFormat format) throws IOException {
        JsonNode steps = Golden.json(set + "/steps.json");
        try (Database database = Database.open(open(directory, format));
                Connection connection = database.open()) {
            PersistentMapping root = connection.root();
            assertThat(root).isEmpty();
            assertThat(database.storage().lastTransaction()).isEqualTo(tid(steps, 0));

            root.put("x", new PersistentMapping());
            assertThat(connection.commit()).contains(tid(steps, 1));

            Blob blob = new Blob();
            root.put("blob", blob);
            write(blob, "test\n");
            assertThat(connection.commit()).contains(tid(steps, 2));

            for (int i = 0; i < 5; i++) {
                Blob random = new Blob();
                root.put(i, random);
                random.consume(goldenBlob(set, 3 + i, tid(steps, 3 + i)));
                assertThat(connection.commit()).contains(tid(steps, 3 + i));
            }

            Blob empty = new Blob();
            root.put("empty", empty);
            assertThat(connection.commit()).contains(tid(steps, 8));
            assertThat(empty.oid()).contains(EMPTY_BLOB);
            assertThatThrownBy(empty::open).isInstanceOf(PosKeyException.class).hasMessageContaining("No blob file");

            write(empty, "new data");
            assertThat(connection.commit()).contains(tid(steps, 9));
        }
    }

    private static void assertSameRecord(Storage ours, Storage theirs, JsonNode record) {
        Oid oid = Oid.parse(record.get("oid").asText());
        Tid tid = Tid.parse(record.get("tid").asText());
        ObjectRevision revision = Objects.requireNonNull(ours.loadBefore(oid, tid.next()));
        assertThat(revision.tid()).isEqualTo(tid);
        assertThat(unordered(revision.data())).isEqualTo(unordered(theirs.loadSerial(oid, tid)));
        assertThat(revision.data()[0]).as("no protocol above 1").isNotEqualTo((byte) 0x80);
    }

    /** A state; of a mapping the entries, which Python 2 has in no order. */
    private static Object unordered(byte[] record) {
        PickleValue state = TestRecords.state(record);
        return state instanceof PickleDict dict && dict.get("data").orElseThrow() instanceof PickleDict data
                ? Set.copyOf(data.entries())
                : state;
    }

    private Path goldenBlob(String set, int oid, Tid tid) {
        String name = "0x00/".repeat(7) + "0x0" + oid + "/0x" + tid.toHex() + ".blob";
        return Golden.copy(set + "/blobs/" + name, directory.resolve("random" + oid));
    }

    private static Map<String, ByteBuffer> goldenBlobs(String set) throws IOException {
        Map<String, ByteBuffer> blobs = blobs(Golden.path(set + "/blobs"));
        // Python makes a file of 0 bytes for the blob that was not written yet.
        assertThat(blobs.values().removeIf(content -> !content.hasRemaining())).isTrue();
        return blobs;
    }

    private static Map<String, ByteBuffer> blobs(Path root) throws IOException {
        Map<String, ByteBuffer> blobs = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
                blobs.put(root.relativize(file).toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
            }
        }
        return blobs;
    }

    private static void write(Blob blob, String text) throws IOException {
        try (OutputStream out = blob.openStream(WriteMode.TRUNCATE)) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static Tid tid(JsonNode steps, int index) {
        return Tid.parse(steps.get(index).get("tid").asText());
    }

    private static Storage open(Path directory, @org.jspecify.annotations.Nullable FileStorageFormat format) {
        FileStorageOptions options = FileStorageOptions.of(new TickingClock()).withFormat(format);
        return BlobStorage.wrap(FileStorage.open(directory.resolve("Data.fs"), options), directory.resolve("blobs"));
    }
}
