package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.undoable;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python's undo and {@code deleteObject} wrote, done again here from the same beginning at the same time. */
class UndoGoldenTest {
    /** Each golden transaction that repeats no data: where it begins, where it ends, its tid, and the objects in it. */
    static Stream<Arguments> undoingTransactions() {
        List<Arguments> found = new ArrayList<>();
        Golden.sets().forEach(set -> {
            JsonNode transactions = Golden.json(set + "/dump.json").get("transactions");
            for (JsonNode transaction : transactions) {
                JsonNode records = transaction.get("records");
                boolean isUndo = !records.isEmpty();
                for (JsonNode record : records) {
                    isUndo &= record.get("data").isNull()
                            || !record.get("data_txn").isNull();
                }
                if (isUndo) {
                    found.add(Arguments.of(set, transaction));
                }
            }
        });
        return found.stream();
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("undoingTransactions")
    void writesWhatPythonWrote(String set, JsonNode golden) {
        byte[] expected = Golden.bytes(set + "/Data.fs");
        int start = golden.get("pos").asInt();
        Path path = memoryPath();
        write(path, Arrays.copyOf(expected, start));
        Tid tid = Tid.parse(golden.get("tid").asText());
        // Whole seconds, of which the tid is rounded down.
        Instant instant = tid.toInstant().plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
        Clock clock = Clock.fixed(instant, ZoneOffset.UTC);
        FileStorageOptions options =
                FileStorageOptions.of(clock).withLock(options().lock());
        try (FileStorage storage = FileStorage.open(path, options)) {
            TransactionMetadata metadata = new TransactionMetadata(
                    hex(golden.get("user").get("hex")),
                    hex(golden.get("description").get("hex")),
                    hex(golden.get("extension_bytes")));
            try (UndoTransaction transaction = undoable(storage).beginUndo(metadata)) {
                Oid first = Oid.parse(golden.get("records").get(0).get("oid").asText());
                Tid current = storage.load(first).tid();
                if (metadata.description().equals(Bytes.utf8("deleteObject d"))) {
                    transaction.deleteObject(first, current);
                } else {
                    transaction.undo(current);
                }
                transaction.vote();
                assertThat(transaction.finish()).isEqualTo(tid);
            }
            assertThat(bytes(path)).isEqualTo(Arrays.copyOf(expected, (int) storage.sizeInBytes()));
            assertThat(storage.sizeInBytes()).isGreaterThan(start);
        }
    }

    private static Bytes hex(JsonNode node) {
        return Bytes.copyOf(ByteBuffer.wrap(HexFormat.of().parseHex(node.asText())));
    }
}
