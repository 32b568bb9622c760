package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.undo;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.golden.Golden;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryTest {
    private static final Oid OID = new Oid(1);

    private final Path path = memoryPath();
    private FileStorage storage = open(path);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void tellsWhoMadeEachRevisionNewestFirst() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        store(storage, 2, Tid.NONE, "other");
        TransactionMetadata metadata = TransactionMetadata.of("me", "m".repeat(40_000));
        Tid second;
        try (StorageTransaction transaction = writable(storage).begin(metadata)) {
            transaction.store(new Oid(2), first.laterThan(first), data("other again"));
            transaction.store(OID, first, data("second"));
            transaction.vote();
            second = transaction.finish();
        }
        Tid undoing = undo(storage, second);
        Tid deletion;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(OID, undoing);
            transaction.vote();
            deletion = transaction.finish();
        }
        List<HistoryEntry> expected = List.of(
                new HistoryEntry(deletion, TransactionMetadata.EMPTY, 0),
                new HistoryEntry(undoing, TransactionMetadata.EMPTY, 0),
                new HistoryEntry(second, metadata, 6),
                new HistoryEntry(first, TransactionMetadata.EMPTY, 5));
        assertThat(history().history(OID, 10)).isEqualTo(expected);
        assertThat(history().history(OID, 2)).isEqualTo(expected.subList(0, 2));
        assertThat(history().history(OID, 0)).isEmpty();
    }

    @Test
    void aRestoredRevisionHasItsOwnSerial() {
        try (RestoreTransaction transaction = begin(storage, 20)) {
            transaction.restore(OID, new Tid(7), data("seven"), null);
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        assertThat(history().history(OID, 10))
                .containsExactly(new HistoryEntry(new Tid(7), TransactionMetadata.EMPTY, 5));
    }

    @Test
    void onlyVisibleRevisionsAreTold() {
        commit(storage, 10, 1);
        finish(storage, 20, 1, 2);
        assertThat(history().history(OID, 10))
                .extracting(entry -> entry.tid().value())
                .containsExactly(10L);
        assertThatThrownBy(() -> history().history(new Oid(2), 10)).isInstanceOf(PosKeyException.class);
        restorable(storage).force();
        assertThat(history().history(OID, 10))
                .extracting(entry -> entry.tid().value())
                .containsExactly(20L, 10L);
    }

    @Test
    void refusesUnknownObjectsAndNegativeCounts() {
        commit(storage, 10, 1);
        assertThatThrownBy(() -> history().history(new Oid(2), 0)).isInstanceOf(PosKeyException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> history().history(OID, -1));
    }

    @Test
    void worksOnAStorageOpenForReadingOnly() {
        commit(storage, 10, 1);
        HistoryCapable history;
        try (FileStorage readOnly = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            history = readOnly.capability(HistoryCapable.class).orElseThrow();
            assertThat(history.history(OID, 1)).hasSize(1);
        }
        assertThatIllegalStateException().isThrownBy(() -> history.history(OID, 1));
    }

    @Test
    void aRecordThatNamesNoTransactionIsDamage() {
        commit(storage, 10, 1);
        commit(storage, 20, 2);
        storage.close();
        byte[] damaged = TestStorage.bytes(path);
        ByteBuffer.wrap(damaged).putLong(4 + 23 + 24, -1);
        TestStorage.write(path, damaged);
        try (FileStorage opened = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            HistoryCapable history = opened.capability(HistoryCapable.class).orElseThrow();
            assertThatThrownBy(() -> history.history(OID, 1)).isInstanceOf(CorruptedStorageException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.golden.Golden#sets")
    void tellsAllRevisionsOfGoldenFiles(String set) {
        Map<String, List<String>> expected = new TreeMap<>();
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            for (JsonNode record : transaction.get("records")) {
                boolean hasData =
                        record.get("data_txn").isNull() && !record.get("data").isNull();
                expected.computeIfAbsent(record.get("oid").asText(), key -> new ArrayList<>())
                        .add(
                                0,
                                record.get("tid").asText() + " "
                                        + transaction
                                                .get("description")
                                                .get("hex")
                                                .asText() + " "
                                        + (hasData ? record.get("len").asText() : "0"));
            }
        }
        try (FileStorage golden = open(Golden.copy(set + "/Data.fs", memoryPath()))) {
            HistoryCapable history = golden.capability(HistoryCapable.class).orElseThrow();
            expected.forEach((oid, revisions) -> assertThat(history.history(Oid.parse(oid), 1_000))
                    .extracting(entry ->
                            entry.tid().toHex() + " " + entry.metadata().description() + " " + entry.size())
                    .isEqualTo(revisions));
        }
    }

    private HistoryCapable history() {
        return storage.capability(HistoryCapable.class).orElseThrow();
    }
}
