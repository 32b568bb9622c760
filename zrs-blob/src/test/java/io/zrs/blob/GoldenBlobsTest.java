package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.golden.Golden;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blob directories that Python wrote. */
class GoldenBlobsTest {
    private static List<String> sets() {
        return Golden.sets().stream()
                .filter(set -> !set.endsWith("small") && !set.endsWith("-pack"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void readsEveryBlob(String set) throws IOException {
        MemoryStorage base = new MemoryStorage();
        base.capabilities = Set.of();
        Map<BlobRevision, String> expected = digests(set);
        try (BlobStorage storage = BlobStorage.wrap(base, Golden.path(set + "/blobs"))) {
            List<BlobRevision> walked = new ArrayList<>();
            storage.directory().walk(walked::add);
            assertThat(walked).hasSizeGreaterThan(1).containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (BlobRevision revision : walked) {
                byte[] blob = Files.readAllBytes(storage.loadBlob(revision.oid(), revision.tid()));
                assertThat(sha256(blob)).as(revision.toString()).isEqualTo(expected.get(revision));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void restoresTheSameFiles(String set) throws IOException {
        try (FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix())) {
            Path root = fileSystem.getPath("/blobs");
            Path golden = Golden.path(set + "/blobs");
            try (BlobStorage original = BlobStorage.wrap(readOnly(), golden);
                    BlobStorage copy = BlobStorage.wrap(new MemoryStorage(), root)) {
                copyAll(original, copy, digests(set).keySet().stream().toList());
            }
            assertThat(contents(root)).isEqualTo(contents(golden));
        }
    }

    private static void copyAll(BlobStorage original, BlobStorage copy, List<BlobRevision> revisions)
            throws IOException {
        BlobRestorableStorage restorable =
                copy.capability(BlobRestorableStorage.class).orElseThrow();
        for (Tid tid :
                revisions.stream().map(BlobRevision::tid).distinct().sorted().toList()) {
            TransactionHeader header =
                    new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
            try (BlobRestoreTransaction transaction = restorable.beginRestore(header, PickleDialect.PYTHON3)) {
                for (BlobRevision revision : revisions) {
                    if (revision.tid().equals(tid)) {
                        copyBlob(original, transaction, revision);
                    }
                }
                transaction.vote();
                transaction.finish();
            }
        }
        restorable.force();
    }

    private static void copyBlob(BlobStorage original, BlobRestoreTransaction transaction, BlobRevision revision)
            throws IOException {
        ByteBuffer record = ByteBuffer.wrap(new byte[1]);
        try (BlobSink sink = transaction.restoreBlob(revision.oid(), revision.tid(), record, null);
                var in = Channels.newInputStream(original.openBlob(revision.oid(), revision.tid()))) {
            for (byte[] block = in.readNBytes(10_000); block.length > 0; block = in.readNBytes(10_000)) {
                sink.write(ByteBuffer.wrap(block));
            }
            sink.complete();
        }
    }

    private static MemoryStorage readOnly() {
        MemoryStorage base = new MemoryStorage();
        base.capabilities = Set.of();
        return base;
    }

    private static Map<BlobRevision, String> digests(String set) {
        Map<BlobRevision, String> digests = new LinkedHashMap<>();
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            for (JsonNode record : transaction.get("records")) {
                if (record.hasNonNull("blob")) {
                    BlobRevision revision = new BlobRevision(
                            Oid.parse(record.get("oid").asText()),
                            Tid.parse(record.get("tid").asText()));
                    digests.put(revision, record.get("blob").get("sha256").asText());
                }
            }
        }
        return digests;
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    contents.put(root.relativize(file).toString(), sha256(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
