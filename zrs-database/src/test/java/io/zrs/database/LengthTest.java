package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Oid;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthTest {
    @TempDir
    private Path directory;

    private Database database;
    private Connection connection;

    @BeforeEach
    void open() {
        database = Database.open(TestStorages.writable(directory));
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void countsAndIsWrittenAsPythonDoes() {
        Length length = new Length();
        assertThat(length.get()).isZero();
        length.set(7);
        length.change(-2);
        connection.root().put("length", length);
        connection.commit();
        byte[] record = database.storage().load(length.oid().orElseThrow()).data();
        assertThat(HexFormat.of().formatHex(record))
                .isEqualTo("800363" + "4254726565732e4c656e6774680a" + "4c656e6774680a" + "71002e" + "80034b052e");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 255, 65_536, Integer.MIN_VALUE, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE})
    void isReadAgain(long value) {
        Length length = new Length(value);
        connection.root().put("length", length);
        connection.commit();
        try (Connection other = database.open()) {
            assertThat(((Length) other.get(length.oid().orElseThrow())).get()).isEqualTo(value);
        }
    }

    @Test
    void refusesASumBeyond64Bits() {
        Length length = new Length(Long.MAX_VALUE);
        connection.root().put("length", length);
        connection.commit();
        assertThatThrownBy(() -> length.change(1)).isInstanceOf(ArithmeticException.class);
        assertThat(length.get()).isEqualTo(Long.MAX_VALUE);
        assertThat(length.persistence().isChanged()).isFalse();
    }

    @Test
    void abortBringsBackTheCommittedNumber() {
        Length length = new Length(1);
        connection.root().put("length", length);
        connection.commit();
        length.change(41);
        connection.abort();
        assertThat(length.get()).isEqualTo(1);
    }

    @Test
    void refusesToChangeThePast() {
        Length length = new Length(1);
        connection.root().put("length", length);
        Tid tid = connection.commit().orElseThrow();
        Oid oid = length.oid().orElseThrow();
        try (Connection then = database.at(tid)) {
            Length seen = (Length) then.get(oid);
            assertThatThrownBy(() -> seen.change(1)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> seen.set(2)).isInstanceOf(ReadOnlyException.class);
            assertThat(seen.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X\1\0\0\0x.", "}.", "L9223372036854775808L\n.", "G\0\0\0\0\0\0\0\0."})
    void refusesAStateThatIsNoNumber(String state) {
        Oid oid = TestRecords.store(database.storage(), "cBTrees.Length\nLength\nq\1." + state);
        connection.sync();
        assertThatThrownBy(() -> connection.get(oid))
                .isInstanceOf(UnreadableObjectException.class)
                .hasMessageContaining(oid.toString())
                .hasMessageContaining("no integer of 64 bits");
    }
}
