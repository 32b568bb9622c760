package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.undo;
import static io.zrs.filestorage.TestStorage.undoable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.ConflictException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.Invalidation;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pack means to undo, history and record iteration. */
class PackAndUndoTest {
    private static final Oid ONE = new Oid(1);
    private static final TransactionMetadata NOBODY = TransactionMetadata.EMPTY;

    private final FileStorage storage =
            FileStorage.open(memoryPath(), options().withConflictResolver((oid, old, committed, changed) -> committed));
    private final Tid first = store(storage, 1, Tid.NONE, "first");
    private final Tid second = store(storage, 1, first, "second");
    private final Tid other = store(storage, 2, Tid.NONE, "other");
    private final Tid third = store(storage, 1, second, "third");

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void nothingIsUndoneWhileAPackRuns() {
        Set<PackListener.Phase> phases = EnumSet.noneOf(PackListener.Phase.class);
        pack(second, new PackListener() {
            @Override
            public void progress(Phase phase, long done, long total) {
                if (!phases.add(phase)) {
                    return;
                }
                try (UndoTransaction transaction = undoable(storage).beginUndo(NOBODY)) {
                    assertThatThrownBy(() -> transaction.undo(third)).isInstanceOfSatisfying(UndoException.class, e -> {
                        assertThat(e.transaction()).isEqualTo(third);
                        assertThat(e).hasMessageContaining("a pack is running");
                    });
                }
                try (UndoTransaction transaction = undoable(storage).beginUndo(NOBODY)) {
                    transaction.store(new Oid(10 + phases.size()), Tid.NONE, data("stored all the same"));
                    transaction.vote();
                    transaction.finish();
                }
            }
        });
        assertThat(phases).isNotEmpty();
        assertThat(text(storage.load(new Oid(11)).data())).isEqualTo("stored all the same");
        undo(storage, third);
        assertThat(text(storage.load(ONE).data())).isEqualTo("second");
    }

    @Test
    void whatWasPackedCannotBeUndoneAndIsNotListed() {
        pack(other, PackListener.NONE);
        assertThat(undoable(storage).undoLog(0, 9)).extracting(UndoInfo::tid).containsExactly(third);
        assertThatThrownBy(() -> undo(storage, other))
                .isInstanceOf(UndoException.class)
                .hasMessageContaining("packed");
        assertThatThrownBy(() -> undo(storage, first))
                .as("nothing of it was left")
                .isInstanceOf(UndoException.class)
                .hasMessageContaining("no such transaction");
    }

    @Test
    void whatCameLaterCanBeUndoneBackToThePack() {
        Tid undone = undo(storage, third);
        pack(other, PackListener.NONE);
        Tid redone = undo(storage, undone);
        assertThat(text(storage.load(ONE).data())).isEqualTo("third");
        undo(storage, redone, undone, third);
        assertThat(text(storage.load(ONE).data())).isEqualTo("second");
    }

    @Test
    void aPackCutsTheHistory() {
        pack(other, PackListener.NONE);
        assertThat(storage.capability(HistoryCapable.class).orElseThrow().history(ONE, 9))
                .extracting(HistoryEntry::tid)
                .containsExactly(third, second);
        assertThat(log(storage).lastInvalidations(9))
                .containsExactly(
                        new Invalidation(second, List.of(ONE)),
                        new Invalidation(other, List.of(new Oid(2))),
                        new Invalidation(third, List.of(ONE)));
    }

    @Test
    void withoutTheOldRevisionNothingIsMerged() {
        store(storage, 1, first, "fourth");
        pack(other, PackListener.NONE);
        store(storage, 1, second, "fifth");
        assertThatThrownBy(() -> store(storage, 1, first, "sixth")).isInstanceOf(ConflictException.class);
    }

    @Test
    void aWalkOverTheRecordsGoesOnThroughAPack() {
        store(storage, 3, Tid.NONE, "three");
        try (RecordCursor cursor =
                storage.capability(RecordIteration.class).orElseThrow().iterateRecords(Oid.ROOT)) {
            assertThat(next(cursor)).isEqualTo("third");
            pack(third, PackListener.NONE);
            assertThat(next(cursor)).isEqualTo("other");
            store(storage, 3, storage.load(new Oid(3)).tid(), "three again");
            pack(storage.lastTransaction(), PackListener.NONE);
            assertThat(next(cursor)).isEqualTo("three again");
            assertThat(cursor.next()).isNull();
        }
    }

    private static String next(RecordCursor cursor) {
        DataRecord record = Objects.requireNonNull(cursor.next());
        return text(Objects.requireNonNull(record.data()));
    }

    private void pack(Tid time, PackListener listener) {
        Packable packable = storage.capability(Packable.class).orElseThrow();
        PackResult result = packable.pack(time, Garbage.KEEP, listener);
        assertThat(result.bytesAfter()).isLessThan(result.bytesBefore());
    }
}
