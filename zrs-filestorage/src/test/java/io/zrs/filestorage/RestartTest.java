package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.tids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import io.zrs.testing.disk.CrashingFileSystem;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.DiskOperation;
import io.zrs.testing.disk.DiskOperation.Kind;
import io.zrs.testing.disk.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process is killed, the next one goes on with what it left, and then the power fails: what the second one showed stays. */
class RestartTest {
    static LongStream seeds() {
        Long one = Long.getLong("zrs.seed");
        return one == null ? LongStream.rangeClosed(1, 20) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void keepsWhatItFoundAlthoughNobodyHadForcedItsStatus(long seed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Path path = path(disk);
        try (FileStorage storage = open(path)) {
            commit(storage, 1, 1);
        }
        FileStorage killed = open(path);
        disk.setFaults(DiskFaults.nth(2, operation -> operation.kind() == Kind.FORCE, Verdict.KILL));
        assertThatThrownBy(() -> commit(killed, 2, 2)).isInstanceOf(UncheckedIOException.class);
        restart(disk);
        List<Long> shown = tids(open(path));
        assertThat(shown).containsExactly(1L, 2L);
        disk.crash();
        restart(disk);
        assertThat(tids(open(path))).isEqualTo(shown);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void keepsItsFileAlthoughNobodyHadForcedItsName(long seed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Path path = path(disk);
        kill(disk, operation -> operation.kind() == Kind.FORCE_DIRECTORY);
        assertThatThrownBy(() -> open(path)).isInstanceOf(UncheckedIOException.class);
        restart(disk);
        commit(open(path), 1, 1);
        disk.crash();
        restart(disk);
        assertThat(tids(open(path))).containsExactly(1L);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void keepsItsFileAfterAPackWhoseNameNobodyHadForced(long seed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Path path = path(disk);
        FileStorage killed = open(path);
        commit(killed, 1, 0);
        commit(killed, 2, 0);
        disk.setFaults(new KillAfterMove());
        assertThatThrownBy(() -> killed.capability(Packable.class)
                        .orElseThrow()
                        .pack(new Tid(2), Garbage.KEEP, PackListener.NONE))
                .isInstanceOf(UncheckedIOException.class);
        restart(disk);
        FileStorage storage = open(path);
        commit(storage, 3, 0);
        List<Long> shown = tids(storage);
        disk.crash();
        restart(disk);
        assertThat(tids(open(path))).isEqualTo(shown).contains(3L);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void opensAfterACrashInTheMiddleOfTheFormat(long seed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Path path = path(disk);
        FileStorage crashed = open(path);
        disk.setFaults(DiskFaults.nth(1, operation -> operation.kind() == Kind.FORCE, Verdict.CRASH));
        assertThatThrownBy(() -> commit(crashed, 1, 1)).isInstanceOf(UncheckedIOException.class);
        restart(disk);
        commit(open(path), 2, 1);
        assertThat(tids(open(path))).containsExactly(2L);
    }

    private static Path path(CrashingFileSystem disk) throws IOException {
        Path directory = Files.createDirectory(disk.getPath("/db"));
        for (String made : List.of("/", "/db")) {
            try (FileChannel channel = FileChannel.open(disk.getPath(made), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        return directory.resolve("Data.fs");
    }

    private static void kill(CrashingFileSystem disk, Predicate<DiskOperation> at) {
        disk.setFaults(DiskFaults.nth(1, at, Verdict.KILL));
    }

    private static void restart(CrashingFileSystem disk) {
        disk.setFaults(DiskFaults.NONE);
        disk.restart();
    }

    /** Kills at the first force of a directory after something was moved over {@code Data.fs}. */
    private static final class KillAfterMove implements DiskFaults {
        private boolean moved;

        @Override
        public Verdict decide(DiskOperation operation) {
            boolean isDue = moved && operation.kind() == Kind.FORCE_DIRECTORY;
            moved |= operation.kind() == Kind.MOVE && operation.path().endsWith("Data.fs.pack");
            return isDue ? Verdict.KILL : Verdict.PROCEED;
        }
    }
}
