package io.zrs.lab.fuzz;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.filestorage.FileStorageVerifier;
import io.zrs.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/**
 * Opens a sound {@code Data.fs} with the input as its index.
 *
 * <pre>
 * input := set:u8 index
 * </pre>
 *
 * <p>The index is used or ignored; it never stops anybody, nor has a storage say what is not in the log. But one that fits where a storage looks may lead to an
 * older revision elsewhere, or to none, as in ZODB: there is no checksum.
 */
final class IndexTarget implements FuzzTarget {
    static final List<String> SETS = List.of("py3-packed", "py2-packed", "py3-doctest", "py3-small");

    private final List<Base> bases = SETS.stream().map(Base::of).toList();

    @Override
    public void run(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        Base base = bases.get(input.octet() % bases.size());
        byte[] index = input.rest();
        try (DataFile file = DataFile.create(base.content)) {
            Files.write(file.index(), index);
            check(base, file, Mode.READ_ONLY);
            Check.that(Arrays.equals(index, Files.readAllBytes(file.index())), "the index was changed by a reader");
            FileStorageVerifier.verify(file.path(), new FileStorageVerifier.Listener() {
                @Override
                public void finding(long offset, String text) {}

                @Override
                public void note(long offset, String text) {}
            });
            check(base, file, Mode.READ_WRITE);
            check(base, file, Mode.READ_WRITE);
            Check.that(Arrays.equals(base.content, file.read()), "the log was changed");
        }
    }

    private static void check(Base base, DataFile file, Mode mode) {
        try (FileStorage storage = file.open(mode)) {
            Answers answers = Answers.of(storage);
            Check.same("log", base.answers.transactions(), answers.transactions());
            Check.same("last tid", base.answers.last(), answers.last());
            answers.checkInventsNothing(base.answers.transactions());
        }
    }

    private static final class Base {
        private final byte[] content;
        private final Answers answers;

        private Base(byte[] content, Answers answers) {
            this.content = content;
            this.answers = answers;
        }

        static Base of(String set) {
            byte[] content = Golden.bytes(set + "/Data.fs");
            try (DataFile file = DataFile.create(content);
                    FileStorage storage = file.open(Mode.READ_ONLY)) {
                return new Base(content, Answers.of(storage));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
