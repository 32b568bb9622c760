package io.zrs.lab.fuzz;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.filestorage.FileStorageRecovery;
import io.zrs.filestorage.FileStorageVerifier;
import io.zrs.storage.StorageException;
import io.zrs.testing.MemoryStorage;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Opens the input as a {@code Data.fs}, verifies it, recovers it, writes to it, undoes and packs.
 *
 * <p>It is opened or refused, by a {@link StorageException}, and then unchanged. Who only reads sees a beginning of what a writer sees; opened again it says
 * the same. Where the verifier finds nothing, nothing is damaged or lost.
 */
final class LogTarget implements FuzzTarget {
    @Override
    public void run(byte[] input) throws IOException {
        try (DataFile file = DataFile.create(input)) {
            FileStorageVerifier.Summary verified = verify(file);
            boolean sound = verified.findings() == 0;
            boolean flawless = sound && verified.notes() == 0;
            // A serial that is not the tid of its transaction may be all right, but to recovery nobody knows which one
            // is wrong.
            recover(file, flawless);
            Answers reader = answers(file, Mode.READ_ONLY);
            checkUnchanged(input, file);
            Check.that(reader != null || !sound, "what the verifier finds good cannot be opened");
            Answers writer = answers(file, Mode.READ_WRITE);
            if (writer == null) {
                checkUnchanged(input, file);
                Check.that(!sound, "what the verifier finds good cannot be opened for writing");
                return;
            }
            if (reader == null) {
                throw new AssertionError("who only reads is refused, who writes is not");
            }
            Check.that(writer.startsWith(reader), "who writes sees less than who only reads");
            checkCut(input, file);
            writer.checkCurrent();
            Check.that(
                    !sound || (!writer.isDamaged() && writer.advances()),
                    "the verifier finds nothing where there is damage");
            writer.checkSame("opened again", file.answers(Mode.READ_ONLY));
            writer.checkSame("opened again for writing", file.answers(Mode.READ_WRITE));
            new LogChanges(file, flawless).run(writer);
        }
    }

    /** Verifies a file, and listens to nothing but the sum. */
    static FileStorageVerifier.Summary verify(DataFile file) {
        return FileStorageVerifier.verify(file.path(), new Ignored());
    }

    private static void recover(DataFile file, boolean flawless) {
        for (FileStorageRecovery.Damaged damaged : FileStorageRecovery.Damaged.values()) {
            try (MemoryStorage target = new MemoryStorage(DataFile.CLOCK)) {
                FileStorageRecovery.Summary summary =
                        FileStorageRecovery.recover(file.path(), target, damaged, new Ignored());
                Answers recovered = Answers.of(target);
                Check.same("transactions recovered", summary.transactions(), (long)
                        recovered.transactions().size());
                Check.that(!flawless || summary.losses() == 0, "lost what the verifier finds good");
            }
        }
    }

    /** What a storage says, null if it is refused. */
    private static @Nullable Answers answers(DataFile file, Mode mode) {
        FileStorage storage;
        try {
            storage = file.open(mode);
        } catch (StorageException e) {
            return null;
        }
        try (storage) {
            return Answers.of(storage);
        }
    }

    private static void checkUnchanged(byte[] before, DataFile file) throws IOException {
        Check.that(Arrays.equals(before, file.read()), "the file was changed");
    }

    /** Only the end may be cut off, and statuses written. */
    private static void checkCut(byte[] before, DataFile file) throws IOException {
        byte[] after = file.read();
        Check.that(after.length <= before.length, "the file grew");
        for (int i = 0; i < after.length; i++) {
            Check.that(after[i] == before[i] || before[i] == 'c', "byte " + i + " was changed");
        }
    }

    /** Wants to know nothing. */
    private static final class Ignored implements FileStorageVerifier.Listener, FileStorageRecovery.Listener {
        @Override
        public void finding(long offset, String text) {}

        @Override
        public void note(long offset, String text) {}

        @Override
        public void lost(FileStorageRecovery.Loss loss) {}

        @Override
        public void progress(long bytesDone, long bytesTotal) {}
    }
}
