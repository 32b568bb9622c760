package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.zrs.database.Invalidations.Move;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InvalidationsTest {
    private final Storage storage = mock(Storage.class);
    private final Invalidations invalidations = new Invalidations(storage);
    private final List<Long> changed = new ArrayList<>();

    InvalidationsTest() {
        when(storage.lastTransaction()).thenReturn(new Tid(100));
    }

    @Test
    void seesATransactionFromTheMomentItIsTold() {
        assertThat(invalidations.snapshot()).isEqualTo(new Tid(101));
        commit(110, 1);
        assertThat(invalidations.snapshot()).isEqualTo(new Tid(111)); // the storage does not name it yet
        when(storage.lastTransaction()).thenReturn(new Tid(120)); // and now names one that nobody told of
        assertThat(invalidations.snapshot()).isEqualTo(new Tid(121));
    }

    @Test
    void namesWhatWasChangedBetweenTwoSnapshots() {
        commit(110, 1);
        commit(120, 2, 3);
        commit(130, 4);
        assertThat(move(111)).isEqualTo(new Move(new Tid(131), true));
        assertThat(changed).containsExactly(2L, 3L, 4L);
        changed.clear();
        assertThat(move(131)).isEqualTo(new Move(new Tid(131), true));
        assertThat(changed).isEmpty();
    }

    @Test
    void doesNotTrustThatNothingWasMissedBeforeTheFirst() {
        assertThat(move(101)).isEqualTo(new Move(new Tid(101), true)); // nothing at all has come
        when(storage.lastTransaction()).thenReturn(new Tid(105));
        assertThat(move(101)).isEqualTo(new Move(new Tid(106), false));
        commit(110, 1);
        assertThat(move(106).isComplete()).isFalse();
    }

    @Test
    void forgetsTheOldest() {
        commit(110, 1);
        commit(120, LongStream.range(0, Invalidations.OIDS_MAX - 1).toArray());
        assertThat(move(110).isComplete()).isFalse();
        assertThat(move(111).isComplete()).isTrue();
        commit(130, 7);
        assertThat(move(111).isComplete()).isFalse();
        changed.clear();
        assertThat(move(121).isComplete()).isTrue();
        assertThat(changed).containsExactly(7L);
    }

    @Test
    void doesNotKeepALargeTransaction() {
        commit(110, 1);
        commit(120, LongStream.range(0, Invalidations.OIDS_MAX + 1).toArray());
        commit(130, 7);
        assertThat(move(111).isComplete()).isFalse();
        assertThat(move(121)).isEqualTo(new Move(new Tid(131), true));
    }

    @Test
    void knowsNothingOfATransactionThatCannotBeRead() {
        commit(110, 1);
        CommittedTransaction damaged = mock(CommittedTransaction.class);
        when(damaged.tid()).thenReturn(new Tid(120));
        when(damaged.oids()).thenThrow(new IllegalStateException("damaged"));
        assertThatThrownBy(() -> invalidations.committed(damaged)).hasMessage("damaged");
        assertThat(move(111)).isEqualTo(new Move(new Tid(121), false));
    }

    @Test
    void doesNotGrowWithTransactionsThatChangeNothing() {
        for (int i = 0; i <= Invalidations.OIDS_MAX; i++) {
            commit(200 + i);
        }
        assertThat(move(200).isComplete()).isFalse();
        assertThat(move(201).isComplete()).isTrue();
    }

    private Move move(long before) {
        return invalidations.move(new Tid(before), (tid, oid) -> changed.add(oid));
    }

    private void commit(long tid, long... oids) {
        List<Oid> all = LongStream.of(oids).mapToObj(Oid::new).toList();
        invalidations.committed(new CommittedTransaction() {
            @Override
            public Tid tid() {
                return new Tid(tid);
            }

            @Override
            public Iterable<Oid> oids() {
                return all;
            }
        });
    }
}
