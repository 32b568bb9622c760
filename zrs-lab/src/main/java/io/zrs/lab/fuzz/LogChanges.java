package io.zrs.lab.fuzz;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Commits, undoes and packs in a data file that could be opened, whatever is wrong with it. Each may be refused, by a {@link StorageException}; either way what was
 * there before stays, and the file can be opened again.
 *
 * <p>Threading: confined to one thread.
 */
final class LogChanges {
    private static final int UNDOS_MAX = 3;

    private final DataFile file;
    private final boolean flawless;

    /**
     * Changes that were not made yet.
     *
     * @param flawless whether the verifier has nothing to say, and so nothing may be refused or be wrong later
     */
    LogChanges(DataFile file, boolean flawless) {
        this.file = file;
        this.flawless = flawless;
    }

    /** Makes them; {@code before} is what the storage says. */
    void run(Answers before) {
        commit(before);
        undo();
        pack(Packable.Garbage.COLLECT);
        pack(Packable.Garbage.KEEP);
    }

    private void commit(Answers before) {
        byte[] data = {1, 2, 3};
        Oid oid;
        Tid tid;
        try (FileStorage storage = file.open(Mode.READ_WRITE)) {
            WritableStorage writable = storage.capability(WritableStorage.class).orElseThrow();
            oid = writable.newOid();
            try (StorageTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
                transaction.store(oid, Tid.NONE, ByteBuffer.wrap(data));
                transaction.vote();
                tid = transaction.finish();
            }
        } catch (StorageException e) {
            return; // no oid or tid is left
        }
        Check.that(!before.current().containsKey(oid), "an oid is given twice: " + oid);
        try (FileStorage storage = file.open(Mode.READ_WRITE)) {
            ObjectRevision revision = storage.load(oid);
            Check.same("tid", tid, revision.tid());
            Check.that(Arrays.equals(data, revision.data()), "data is not what was written");
            Check.that(Answers.of(storage).startsWith(before), "a commit changes what was there");
        }
    }

    private void undo() {
        Answers before;
        Answers after;
        try (FileStorage storage = file.open(Mode.READ_WRITE)) {
            before = Answers.of(storage);
            Undoable undoable = storage.capability(Undoable.class).orElseThrow();
            try {
                for (UndoInfo info : undoable.undoLog(0, UNDOS_MAX)) {
                    undo(undoable, info.tid());
                }
            } catch (StorageException e) {
                // The log is damaged where transactions are looked for.
            }
            after = Answers.of(storage);
        }
        Check.that(after.startsWith(before), "an undo changes what was there");
        after.checkSame("opened after an undo", file.answers(Mode.READ_ONLY));
    }

    private static void undo(Undoable undoable, Tid tid) {
        try (UndoTransaction transaction = undoable.beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(tid);
            transaction.vote();
            transaction.finish();
        } catch (StorageException e) {
            // Changed since, or damaged.
        }
    }

    private void pack(Packable.Garbage garbage) {
        Answers before;
        Answers after;
        try (FileStorage storage = file.open(Mode.READ_WRITE)) {
            before = Answers.of(storage);
            boolean packed = pack(storage, before.last(), garbage);
            after = Answers.of(storage);
            if (!packed) {
                after.checkSame("after a pack that is refused", before);
            }
        }
        Check.same("last tid after a pack", before.last(), after.last());
        after.current().forEach((oid, answer) -> {
            if (before.current().containsKey(oid) && !before.isDamaged()) {
                Check.same("packed " + oid, before.current().get(oid), answer);
            }
        });
        after.checkSame("opened after a pack", file.answers(Mode.READ_ONLY));
        Check.that(!flawless || LogTarget.verify(file).findings() == 0, "the verifier finds something after a pack");
    }

    private boolean pack(Storage storage, Tid time, Packable.Garbage garbage) {
        try {
            storage.capability(Packable.class).orElseThrow().pack(time, garbage, PackListener.NONE);
            return true;
        } catch (StorageException e) {
            // To collect garbage, references must lead somewhere.
            Check.that(
                    !flawless || garbage == Packable.Garbage.COLLECT,
                    "what the verifier finds good cannot be packed: " + e);
            return false;
        }
    }
}
