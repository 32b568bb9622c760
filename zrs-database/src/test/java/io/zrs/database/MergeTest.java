package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.ConflictException;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.MemoryStorage;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two connections that change the same object, or depend on one. */
class MergeTest {
    private static final String BUCKET = "\u0080\3cBTrees.OIBTree\nOIBTree\nq\0.\u0080\3";

    private Storage storage;
    private Database database;
    private Connection mine;
    private Connection others;
    private Length length;
    private Length othersLength;

    @BeforeEach
    void open() {
        storage = new MemoryStorage(new TickingClock(), new StandardConflictResolver(), null);
        database = Database.open(storage);
        mine = database.open();
        length = new Length(10);
        mine.root().put("length", length);
        mine.root().put("mapping", new PersistentMapping());
        mine.commit();
        others = database.open();
        othersLength = others.root().get("length", Length.class);
        assertThat(othersLength.get()).isEqualTo(10);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void bothChangesOfALengthCount() {
        othersLength.change(5);
        others.commit();
        length.change(2);
        Tid tid = mine.commit().orElseThrow();
        assertThat(length.get()).isEqualTo(17);
        assertThat(length.serial()).isEqualTo(tid);
        others.sync();
        assertThat(othersLength.get()).isEqualTo(17);
    }

    @Test
    void aMergedObjectCanBeChangedAgain() {
        othersLength.change(5);
        others.commit();
        length.change(2);
        mine.commit();
        length.change(1);
        mine.commit();
        others.sync();
        othersLength.change(1);
        others.commit();
        mine.sync();
        assertThat(length.get()).isEqualTo(19);
    }

    @Test
    void whatIsWrittenWithAMergedObjectStaysLoaded() {
        othersLength.change(5);
        others.commit();
        length.change(2);
        mine.root().put("x", 1);
        mine.commit();
        assertThat(length.persistence().status()).isEqualTo(Persistence.Status.GHOST);
        assertThat(mine.root().persistence().status()).isEqualTo(Persistence.Status.LOADED);
    }

    @Test
    void bothKeysOfATreeAreThere() {
        Oid oid = TestRecords.store(storage, BUCKET + "X\1\0\0\0aK\1\u0086\u0085\u0085\u0085.");
        Tid old = storage.load(oid).tid();
        mine.sync();
        BTree tree = (BTree) mine.get(oid);
        assertThat(tree).containsExactly(Map.entry("a", 1L));
        TestRecords.store(storage, oid, old, BUCKET + "(X\1\0\0\0aK\1X\1\0\0\0cK\3t\u0085\u0085\u0085.");
        TestRecords.store(storage, oid, old, BUCKET + "(X\1\0\0\0aK\1X\1\0\0\0bK\2t\u0085\u0085\u0085.");
        assertThat(tree).hasSize(1);
        mine.sync();
        assertThat(tree).containsExactly(Map.entry("a", 1L), Map.entry("b", 2L), Map.entry("c", 3L));
    }

    @Test
    void changesThatCannotBeMergedAreAConflict() {
        others.root().get("mapping", PersistentMapping.class).put("a", 1);
        others.commit();
        PersistentMapping mapping = mine.root().get("mapping", PersistentMapping.class);
        mapping.put("b", 2);
        length.change(1);
        assertThatThrownBy(mine::commit).isInstanceOf(ConflictException.class);
        mine.abort();
        assertThat(mapping).containsExactly(Map.entry("a", 1L));
        assertThat(length.get()).isEqualTo(10);
    }

    @Test
    void readCurrentFailsIfSomebodyElseHasChangedTheObject() {
        mine.readCurrent(length);
        othersLength.change(1);
        others.commit();
        mine.root().put("x", 1);
        assertThatThrownBy(mine::commit)
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(length.oid().orElseThrow().toString());
        mine.abort();
        mine.readCurrent(length);
        mine.root().put("x", 1);
        assertThat(mine.commit()).isPresent();
    }

    @Test
    void readCurrentFailsIfTheObjectWasDeleted() {
        mine.readCurrent(length);
        Oid oid = length.oid().orElseThrow();
        try (StorageTransaction transaction =
                storage.capability(WritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(oid, length.serial());
            transaction.vote();
            transaction.finish();
        }
        mine.root().put("x", 1);
        assertThatThrownBy(mine::commit).isInstanceOf(PosKeyException.class);
    }

    @Test
    void readCurrentIsMetByWritingTheObject() {
        mine.readCurrent(length);
        othersLength.change(1);
        others.commit();
        length.change(1);
        assertThat(mine.commit()).isPresent();
        assertThat(length.get()).isEqualTo(12);
    }

    @Test
    void readCurrentLastsUntilTheNextTransaction() {
        mine.readCurrent(length);
        mine.sync();
        othersLength.change(1);
        others.commit();
        mine.root().put("x", 1);
        assertThat(mine.commit()).isPresent();
    }

    @Test
    void readCurrentChecksNothingIfNothingIsWritten() {
        mine.readCurrent(length);
        othersLength.change(1);
        others.commit();
        assertThat(mine.commit()).isEmpty();
        assertThat(length.get()).isEqualTo(11);
    }

    @Test
    void readCurrentRefusesObjectsOfAnotherConnection() {
        assertThatThrownBy(() -> mine.readCurrent(othersLength)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mine.readCurrent(new Length())).isInstanceOf(IllegalArgumentException.class);
    }
}
