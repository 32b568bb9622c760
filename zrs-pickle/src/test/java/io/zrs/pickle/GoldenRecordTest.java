package io.zrs.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenRecordTest {
    private static final Global BLOB = new Global("ZODB.blob", "Blob");

    static Stream<String> sets() {
        return Golden.sets().stream().filter(set -> !set.endsWith("-pack"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void findsClassAndReferencesOfEveryRecord(String set) throws PickleException {
        RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
        JsonNode records = Golden.json(set + "/records.json");
        assertThat(records).hasSize(370);
        for (JsonNode record : records) {
            ByteBuffer data = ByteBuffer.wrap(Pickles.unhex(record.get("data").asText()));
            String oid = record.get("oid").asText();
            JsonNode name = record.get("class");
            assertEquals(
                    Optional.of(new Global(name.get(0).asText(), name.get(1).asText())), scanner.className(data), oid);
            List<String> expected = new ArrayList<>();
            record.get("refs").forEach(reference -> expected.add(reference.asText()));
            List<String> found = new ArrayList<>();
            scanner.references(data, each -> found.add(String.format("%016x", each)));
            assertThat(found).as(oid).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void readsEveryRecordWhole(String set) throws PickleException {
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        for (byte[] record : Pickles.records(set + "/Data.fs")) {
            ByteBuffer data = ByteBuffer.wrap(record);
            PickleValue type = reader.read(data);
            PickleValue state = reader.read(data);
            reader.reset();
            assertThat(data.hasRemaining()).isFalse();
            ByteBuffer again = ByteBuffer.wrap(record);
            assertEquals(type, reader.read(again));
            assertEquals(state, reader.read(again));
            reader.reset();
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void writesEveryRecordAsItWas(String set) throws PickleException {
        PickleForm form = set.startsWith("py3") ? PickleForm.PYTHON3_STORED : PickleForm.PYTHON2_STORED;
        RecordWriter writer = new RecordWriter(form, PickleLimits.RECORD);
        int noPickles = 0;
        List<byte[]> records = Pickles.records(set + "/Data.fs");
        for (byte[] record : records) {
            List<PickleValue> pickles;
            try {
                pickles = Pickles.readRecord(record);
            } catch (PickleException e) {
                noPickles++;
                continue;
            }
            byte[] written = writer.record(pickles.get(0), pickles.get(1));
            if (form == PickleForm.PYTHON3_STORED) {
                assertEquals(Pickles.hex(record), Pickles.hex(written));
            } else {
                assertEquals(Pickles.structure(pickles), Pickles.structure(Pickles.readRecord(written)));
                assertEquals(pickles, Pickles.readRecord(written));
            }
        }
        assertThat(records).hasSizeGreaterThanOrEqualTo(10);
        assertThat(noPickles).isLessThanOrEqualTo(set.matches(".*-(variety|blobstorage)") ? 5 : 0);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void cheapBlobTestAgreesWithTheDefinition(String set) {
        int blobs = 0;
        for (byte[] record : Pickles.records(set + "/Data.fs")) {
            boolean expected = isBlobByDefinition(record);
            assertEquals(expected, RecordScanner.isBlob(ByteBuffer.wrap(record)));
            blobs += expected ? 1 : 0;
        }
        assertThat(blobs > 0).isEqualTo(!set.endsWith("-small"));
    }

    /** Holds the module's name, and its first pickle is the class; that it came by {@code GLOBAL} is left out here. */
    private static boolean isBlobByDefinition(byte[] record) {
        if (!new String(record, StandardCharsets.ISO_8859_1).contains("ZODB.blob")) {
            return false;
        }
        try {
            return new PickleReader(PickleLimits.RECORD)
                    .read(ByteBuffer.wrap(record))
                    .equals(BLOB);
        } catch (PickleException e) {
            return false;
        }
    }
}
