package io.zrs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.RecordScanner;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleRecordsTest {
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);

    @ParameterizedTest
    @ValueSource(ints = {200, 4096, 65_536})
    void makesMappingsOfAnySize(int size) throws Exception {
        ByteBuffer record = ByteBuffer.wrap(SampleRecords.mapping(size, new SplittableRandom(size)));
        assertThat(record.remaining()).isEqualTo(size);
        assertThat(scanner.className(record))
                .hasValueSatisfying(name -> assertThat(name.name()).isEqualTo("PersistentMapping"));
        assertThat(RecordScanner.isBlob(record)).isFalse();
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        reader.read(record);
        reader.read(record);
        assertThat(record.hasRemaining()).isFalse();
    }

    @Test
    void makesBlobRecordsThatAPrimaryKnows() {
        assertThat(RecordScanner.isBlob(ByteBuffer.wrap(SampleRecords.blob()))).isTrue();
    }
}
