package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.golden.Golden;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.RecordScanner;
import io.zrs.server.DemoRecords.PersistentClass;
import io.zrs.server.DemoRecords.Reference;
import io.zrs.storage.Oid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DemoRecordsTest {
    @Test
    void aBlobIsABlob() {
        assertThat(RecordScanner.isBlob(DemoRecords.blob())).isTrue();
    }

    @Test
    void aMappingSaysWhatZodbsSays() throws Exception {
        // The root object of a new database.
        ByteBuffer golden = ByteBuffer.wrap(Golden.bytes("py3-small/Data.fs"), 52 + 42, 64);
        ByteBuffer ours = DemoRecords.mapping(Map.of());
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        for (int i = 0; i < 2; i++) {
            assertThat(reader.read(ours)).isEqualTo(reader.read(golden));
        }
        assertThat(ours.hasRemaining()).isFalse();
    }

    @Test
    void aMappingRefersToOthers() throws Exception {
        Map<String, Object> items = new TreeMap<>(Map.of(
                "a",
                new Reference(new Oid(0x0102), PersistentClass.BLOB),
                "b",
                new Reference(new Oid(3), PersistentClass.MAPPING),
                "c",
                "é",
                "d",
                -5));
        ByteBuffer record = DemoRecords.mapping(items);
        List<Long> references = new ArrayList<>();
        new RecordScanner(PickleLimits.RECORD).references(record, references::add);
        assertThat(references).containsExactly(0x0102L, 3L);
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        reader.read(record);
        assertThat(PythonText.of(reader.read(record))).contains("'c': uc3a9, 'd': -5");
    }
}
