package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.Length;
import io.zrs.database.PersistentMapping;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Storages;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is opened by URI finds what merges concurrent changes. */
class MergedChangesTest {
    @TempDir
    private Path directory;

    private Database database;
    private Connection mine;
    private Length length;

    @BeforeEach
    void open() {
        reopen();
        length = new Length(10);
        mine.root().put("length", length);
        mine.commit();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoChangesOfALengthAreBothThereAfterReopening() {
        try (Connection others = database.open()) {
            Length theirs = others.root().get("length", Length.class);
            theirs.change(5);
            length.change(2);
            mine.commit();
            others.commit();
            assertThat(theirs.get()).isEqualTo(17);
        }
        database.close();
        reopen();
        assertThat(mine.root().get("length", Length.class).get()).isEqualTo(17);
    }

    @Test
    void undoOfOneChangeOfALengthKeepsALaterOne() {
        length.change(5);
        Tid undone = mine.commit().orElseThrow();
        length.change(2);
        mine.commit();
        Undoable undoable = database.storage().capability(Undoable.class).orElseThrow();
        try (UndoTransaction transaction = undoable.beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(undone);
            transaction.vote();
            transaction.finish();
        }
        mine.sync();
        assertThat(length.get()).isEqualTo(12);
    }

    @Test
    void changesOfAMappingStayAConflict() {
        try (Connection others = database.open()) {
            PersistentMapping theirs = others.root();
            theirs.put("a", 1);
            mine.root().put("b", 2);
            mine.commit();
            assertThatThrownBy(others::commit).isInstanceOf(ConflictException.class);
        }
    }

    private void reopen() {
        database =
                Database.open(Storages.open(directory.resolve("Data.fs").toUri().toString()));
        mine = database.open();
    }
}
