package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.copy;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.golden.Golden;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFilesTest {
    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void everyTransactionReadsBackAsPythonReadsIt(String set) {
        try (FileStorage storage = open(Golden.copy(set + "/Data.fs", memoryPath()))) {
            List<String> expected = expectedLog(set);
            assertThat(walk(storage, Tid.NONE, Order.OLDEST_FIRST)).isEqualTo(expected);
            Collections.reverse(expected);
            assertThat(walk(storage, new Tid(-1), Order.NEWEST_FIRST)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void everyRevisionLoads(String set) {
        Map<String, String> revisions = new HashMap<>();
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            for (JsonNode record : transaction.get("records")) {
                revisions.put(
                        record.get("oid").asText() + record.get("tid").asText(),
                        record.get("data").asText());
            }
        }
        try (FileStorage storage = open(Golden.copy(set + "/Data.fs", memoryPath()))) {
            revisions.forEach((key, sha256) -> {
                Oid oid = Oid.parse(key.substring(0, 16));
                Tid tid = Tid.parse(key.substring(16));
                if (!sha256.equals("null")) {
                    assertThat(sha256(storage.loadSerial(oid, tid))).isEqualTo(sha256);
                    assertThat(storage.loadBefore(oid, tid.next()))
                            .isNotNull()
                            .extracting(ObjectRevision::tid)
                            .isEqualTo(tid);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void savesTheIndexThatPythonSaved(String set) {
        Path path = Golden.copy(set + "/Data.fs", memoryPath());
        open(path).close();
        byte[] expected = Golden.bytes(set + "/Data.fs.index");
        if (set.equals("py2-packed")) {
            // Right after a pack Python 2 has the position as an int, else as a long.
            assertThat(IndexFile.of(path)).isNotEmptyFile();
        } else {
            assertThat(IndexFile.of(path)).hasBinaryContent(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void opensWithTheIndexThatPythonSaved(String set) throws IOException {
        Path path = Golden.copy(set + "/Data.fs", memoryPath());
        Golden.copy(set + "/Data.fs.index", IndexFile.of(path));
        List<Long> reads = new ArrayList<>();
        FileStorageOptions readOnly = options().withMode(Mode.READ_ONLY);
        try (FileStorage storage = FileStorage.open(path, readOnly, file -> new ObservedLogFile(file, reads::add))) {
            assertThat(storage.lastTransaction()).isEqualTo(lastTid(set));
            assertThat(storage.sizeInBytes()).isEqualTo(Files.size(path));
        }
        assertThat(reads).as("reads: the magic and the last transaction").hasSizeLessThan(8);
    }

    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void aCopyByTransactionsIsTheSameFile(String set) {
        Path source = Golden.copy(set + "/Data.fs", memoryPath());
        Path target = memoryPath();
        try (FileStorage from = open(source);
                FileStorage to = open(target)) {
            copy(from, Tid.NONE, to);
            assertThat(to.objectCount()).isEqualTo(from.objectCount());
            assertThat(to.lastTransaction()).isEqualTo(lastTid(set));
        }
        assertThat(target).hasSameBinaryContentAs(source);
        assertThat(IndexFile.of(target)).hasSameBinaryContentAs(IndexFile.of(source));
    }

    private static Tid lastTid(String set) {
        JsonNode transactions = Golden.json(set + "/dump.json").get("transactions");
        return Tid.parse(transactions.get(transactions.size() - 1).get("tid").asText());
    }

    private static List<String> expectedLog(String set) {
        List<String> lines = new ArrayList<>();
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            StringBuilder line = new StringBuilder();
            line.append(transaction.get("pos").asText()).append(' ');
            line.append(transaction.get("tid").asText()).append(' ');
            line.append(transaction.get("status").asText()).append(' ');
            line.append(transaction.get("user").get("hex").asText()).append(' ');
            line.append(transaction.get("description").get("hex").asText()).append(' ');
            line.append(transaction.get("extension_bytes").asText());
            for (JsonNode record : transaction.get("records")) {
                line.append("\n ").append(record.get("pos").asText());
                for (String field : List.of("oid", "tid", "data", "len", "data_txn")) {
                    line.append(' ').append(record.get(field).asText());
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static List<String> walk(FileStorage storage, Tid start, Order order) {
        List<String> lines = new ArrayList<>();
        try (TransactionCursor cursor = log(storage).iterate(start, order)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                lines.add(line(next));
            }
        }
        return lines;
    }

    private static String line(LogTransaction transaction) {
        StringBuilder line = new StringBuilder();
        line.append(transaction.offset()).append(' ');
        line.append(transaction.header().tid().toHex()).append(' ');
        line.append(transaction.header().status()).append(' ');
        line.append(transaction.header().metadata().user()).append(' ');
        line.append(transaction.header().metadata().description()).append(' ');
        line.append(transaction.header().metadata().extension());
        for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
            byte[] data = record.data();
            Tid dataTid = record.dataTid();
            line.append("\n ").append(transaction.recordOffset());
            line.append(' ').append(record.oid().toHex());
            line.append(' ').append(record.tid().toHex());
            line.append(' ').append(data == null ? "null" : sha256(data));
            line.append(' ').append(data == null ? "null" : data.length);
            line.append(' ').append(dataTid == null ? "null" : dataTid.toHex());
        }
        return line.toString();
    }

    private static String sha256(byte[] data) {
        return Hashing.sha256().hashBytes(data).toString();
    }
}
