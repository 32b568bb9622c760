package io.zrs.filestorage;

import static io.zrs.filestorage.Packs.commit;
import static io.zrs.filestorage.Packs.directory;
import static io.zrs.filestorage.Packs.fill;
import static io.zrs.filestorage.Packs.finish;
import static io.zrs.filestorage.Packs.pack;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The process dies, or the disk fails, at every step of a pack: what is there is the old storage or the new one, whole. */
class PackCrashTest {
    private final Path path = memoryPath();
    /** The directory before and after each operation on a file, and at each call of the listener. */
    private final List<Map<String, String>> moments = new ArrayList<>();

    private int operations;
    private int failingOperation = -1;
    private boolean isPacking;

    /** Looks at the directory around everything that changes a file. */
    private final class Watched extends ObservedLogFile {
        private final boolean isCopy;
        private boolean isForced = true;

        Watched(LogFile file) {
            super(file);
            this.isCopy = file.name().endsWith(".pack");
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            isForced = false;
            step(() -> super.write(source, offset));
        }

        @Override
        public void force() {
            step(super::force);
            isForced = true;
        }

        @Override
        public void truncate(long size) {
            step(() -> super.truncate(size));
        }

        @Override
        public void moveTo(Path target) {
            assertThat(isForced)
                    .as("the copy is durable before it takes the place")
                    .isTrue();
            step(() -> super.moveTo(target));
        }

        private void step(Runnable operation) {
            moment();
            if (isCopy && operations++ == failingOperation) {
                throw new UncheckedIOException(new IOException("broken"));
            }
            operation.run();
            moment();
        }
    }

    private void moment() {
        if (isPacking) {
            moments.add(directory(path));
        }
    }

    private final PackListener listener = new PackListener() {
        @Override
        public void progress(Phase phase, long done, long total) {
            moment();
        }

        @Override
        public void beforeSwitch() {
            moment();
        }
    };

    @Test
    void aCrashAtAnyMomentLeavesTheOldStorageOrTheNewOne() {
        Set<Boolean> outcomes = new HashSet<>();
        try (FileStorage storage = FileStorage.open(path, options(), Watched::new)) {
            fill(storage);
            finish(storage, 9, 1);
            isPacking = true;
            pack(storage, 8, Garbage.COLLECT, listener);
            moment();
            restorable(storage).force();
            moment();
        }
        moment();
        assertThat(moments).hasSizeGreaterThan(20);
        for (Map<String, String> moment : moments) {
            outcomes.add(isPackedAfterCrash(moment));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(false, true);
    }

    private static boolean isPackedAfterCrash(Map<String, String> content) {
        Path copy = memoryPath();
        content.forEach(
                (name, bytes) -> write(copy.resolveSibling(name), HexFormat.of().parseHex(bytes)));
        boolean isPacked;
        try (FileStorage storage = FileStorage.open(copy, options().withCutTail(CutTail.DROP))) {
            List<Long> tids = new ArrayList<>(tids(storage));
            boolean hasLast = tids.remove(9L);
            isPacked = tids.equals(List.of(3L, 4L, 6L, 8L));
            if (!isPacked) {
                assertThat(tids).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            }
            assertThat(storage.objectCount()).isEqualTo(isPacked ? 4 : 5);
            commit(storage, 10, 3);
            assertThat(tids(storage)).hasSize(tids.size() + (hasLast ? 2 : 1));
        }
        assertThat(directory(copy)).containsOnlyKeys("Data.fs", "Data.fs.index");
        open(copy).close();
        return isPacked;
    }

    @Test
    void aDiskThatFailsLeavesTheOldStorageAsItWas() {
        try (FileStorage storage = FileStorage.open(path, options(), Watched::new)) {
            fill(storage);
            String before = directory(path).get("Data.fs");
            boolean isDone = false;
            for (failingOperation = 0; !isDone; failingOperation++) {
                operations = 0;
                try {
                    pack(storage, 8);
                    isDone = true;
                } catch (UncheckedIOException e) {
                    assertThat(e).hasRootCauseMessage("broken");
                    assertThat(directory(path))
                            .doesNotContainKey("Data.fs.pack")
                            .containsEntry("Data.fs", before);
                    assertThat(tids(storage)).hasSize(8);
                }
            }
            assertThat(failingOperation).isGreaterThan(2);
            failingOperation = -1;
            commit(storage, 9, 1);
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L);
        }
    }

    @Test
    void aFailureAfterTheMoveEndsAllWriting() {
        boolean[] fails = {true};
        try (FileStorage storage = FileStorage.open(path, options(), file -> new ObservedLogFile(file) {
            @Override
            public void moveTo(Path target) {
                super.moveTo(target);
                if (fails[0]) {
                    throw new UncheckedIOException(new IOException("broken"));
                }
            }
        })) {
            fill(storage);
            assertThatThrownBy(() -> pack(storage, 8)).hasRootCauseMessage("broken");
            assertThat(tids(storage)).as("reading goes on").hasSize(8);
            assertThatThrownBy(() -> finish(storage, 9, 1))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("no more writes");
            assertThatThrownBy(() -> pack(storage, 8)).isInstanceOf(StorageException.class);
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(8));
        }
    }
}
