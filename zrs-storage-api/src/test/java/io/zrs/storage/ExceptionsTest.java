package io.zrs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExceptionsTest {
    private static final Oid OID = new Oid(0xabc);
    private static final Tid OLD = Tid.parse("036c6b90f3333333");
    private static final Tid NEW = Tid.parse("036c6b90f7777777");

    @Test
    void sayWhatTheySpeakOf() {
        assertThat(new PosKeyException(OID, OLD, "No blob file"))
                .hasMessage("No blob file: oid 0x0abc, tid 0x036c6b90f3333333");
        assertThat(new PosKeyException(OID, null, "no such object")).hasMessage("no such object: oid 0x0abc");
        assertThat(new ConflictException(OID, NEW, OLD))
                .hasMessageContainingAll("0x0abc", NEW.toString(), OLD.toString());
        assertThat(new StaleTidException(OLD, NEW))
                .hasMessageContainingAll(OLD.toString(), "2007-03-21 20:32:57", NEW.toString());
        assertThat(new MetadataTooLongException("user", 65536, 65535))
                .hasMessage("user of 65536 bytes is too long, the limit is 65535");
        assertThat(new CorruptedStorageException("Data.fs", 42, "no magic"))
                .hasMessage("Data.fs at offset 42: no magic");
    }

    @Test
    void carryTheirSubject() {
        assertThat(new PosKeyException(OID, OLD, "gone").oid()).isEqualTo(OID);
        assertThat(new PosKeyException(OID, OLD, "gone").tid()).isEqualTo(OLD);
        assertThat(new PosKeyException(OID, null, "gone").tid()).isNull();
        assertThat(new ConflictException(OID, NEW, OLD).committed()).isEqualTo(NEW);
        assertThat(new ConflictException(OID, NEW, OLD).old()).isEqualTo(OLD);
        assertThat(new StaleTidException(OLD, NEW).last()).isEqualTo(NEW);
        assertThat(new CorruptedStorageException("Data.fs", 42, "no magic").offset())
                .isEqualTo(42);
    }

    @Test
    void statusIsOneByte() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TransactionHeader(NEW, '\u0100', TransactionMetadata.EMPTY));
    }
}
