package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.golden.Golden;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageComparison;
import io.zrs.storage.StorageCopy;
import io.zrs.testing.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CopyCommandTest {
    @TempDir
    private Path directory;

    private Path target;
    private Path targetBlobs;

    static List<String> sets() {
        return GoldenCopy.sets();
    }

    @BeforeEach
    void nameTarget() {
        target = directory.resolve("copy.fs");
        targetBlobs = directory.resolve("copied blobs");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void copiesAll(String set) throws Exception {
        GoldenCopy source = GoldenCopy.of(set, directory);

        assertThat(Commands.run("copy", uri(source.file(), source.blobs()), uri(target, targetBlobs))
                        .expect(ExitCode.OK)
                        .out())
                .startsWith("copied "
                        + Golden.json(set + "/dump.json").get("transactions").size() + " transactions, ");

        assertSame(source);
        if (!set.contains("packed")) {
            // Pointers to records before are cut by a pack, and made anew here.
            assertThat(target).hasSameBinaryContentAs(source.file());
        }
        Commands.run("verify", target, "--blobs", targetBlobs).expect(ExitCode.OK);
    }

    @Test
    void continuesACopy() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-variety", directory);
        byte[] whole = Golden.bytes("py3-variety/Data.fs");
        Files.write(source.file(), Arrays.copyOf(whole, 11_640)); // in a transaction
        Commands.run("copy", uri(source.file(), source.blobs()), uri(target, targetBlobs))
                .expect(ExitCode.OK);
        Files.write(source.file(), whole);

        String out = Commands.run("copy", uri(source.file(), source.blobs()), uri(target, targetBlobs), "--json")
                .expect(ExitCode.OK)
                .out();

        JsonNode summary = new ObjectMapper().readTree(out);
        assertThat(summary.get("transactions").intValue()).isBetween(1, 41);
        assertThat(summary.get("continued_after").textValue()).startsWith("036c6b9");
        assertThat(summary.get("last_tid").textValue()).isEqualTo("036c6b91a6666666");
        assertThat(target).hasSameBinaryContentAs(source.file());
        assertSame(source);
    }

    /** What a process that is killed leaves is what the durability of a storage promises; here the copy ends between any two transactions. */
    @Test
    void continuesAfterItWasBrokenOffAnywhere() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-blobstorage", directory);
        String from = uri(source.file(), source.blobs());
        int[] runs = {0};
        boolean isDone = false;
        while (!isDone) {
            runs[0]++;
            try (Storage a = new StorageArgument(from, null).openReadOnly();
                    Storage b = new StorageArgument(uri(target, targetBlobs), null).openTarget()) {
                int[] left = {3};
                StorageCopy.copy(a, b, (header, offset) -> {
                    if (--left[0] == 0) {
                        throw new IllegalStateException("broken off");
                    }
                });
                isDone = true;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("broken off");
            }
        }
        assertThat(runs[0]).isEqualTo(33 / 3 + 1);
        assertThat(target).hasSameBinaryContentAs(source.file());
        assertSame(source);
    }

    @Test
    void copiesThroughAStorageOfAnotherKind() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-doctest", directory);
        try (Storage from = new StorageArgument(uri(source.file(), source.blobs()), null).openReadOnly();
                Storage memory =
                        new MemoryStorage(Clock.systemUTC(), ConflictResolver.NONE, directory.resolve("memory"));
                Storage to = new StorageArgument(uri(target, targetBlobs), null).openTarget()) {
            StorageCopy.Result there = StorageCopy.copy(from, memory, (header, offset) -> {});
            StorageCopy.Result back = StorageCopy.copy(memory, to, (header, offset) -> {});
            assertThat(there).isEqualTo(back);
            assertThat(there.blobs()).isEqualTo(8);
            assertThat(StorageComparison.compare(from, memory, (tid, offset) -> {})
                            .difference())
                    .isNull();
        }
        assertThat(target).hasSameBinaryContentAs(source.file());
        assertSame(source);
    }

    @Test
    void copiesNothingTwice() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-objects", directory);
        Commands.run("copy", source.file(), target).expect(ExitCode.OK);
        assertThat(Commands.run("copy", source.file(), target)
                        .expect(ExitCode.OK)
                        .out())
                .startsWith("copied 0 transactions, 0 records, 0 blobs, 0 B, behind 0x036c6b9137777777 ");
        assertThat(target).hasSameBinaryContentAs(source.file());
    }

    @Test
    void refusesToContinueAnotherHistory() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-objects", directory);
        Golden.copy("py3-small/Data.fs", target);
        assertThat(Commands.run("copy", source.file(), target)
                        .expect(ExitCode.FINDINGS)
                        .err())
                .startsWith(
                        "zrs: " + target + " is not the beginning of " + source.file() + ": its last transaction, ");
        assertThat(target).hasBinaryContent(Golden.bytes("py3-small/Data.fs"));
    }

    @Test
    void refusesToContinueAnotherTransactionOfTheSameTid() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-objects", directory);
        byte[] other = Golden.bytes("py3-objects/Data.fs");
        other[153_204 + 16] = 'p'; // status of the last transaction
        Files.write(target, other);
        assertThat(Commands.run("copy", source.file(), target)
                        .expect(ExitCode.FINDINGS)
                        .err())
                .contains("is not the beginning of")
                .contains(": status: ' ' | 'p'");
        assertThat(target).hasBinaryContent(other);
    }

    @Test
    void refusesATargetThatIsAhead() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-objects", directory);
        Files.write(source.file(), Arrays.copyOf(Golden.bytes("py3-objects/Data.fs"), 2432));
        Golden.copy("py3-objects/Data.fs", target);
        assertThat(Commands.run("copy", source.file(), target)
                        .expect(ExitCode.FINDINGS)
                        .err())
                .contains("is later than the last one there");
    }

    @Test
    void refusesToLeaveBlobsOut() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-doctest", directory);
        assertThat(Commands.run("copy", uri(source.file(), source.blobs()), target)
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + source.file() + " has blobs, but " + target + " takes none\n");
    }

    @Test
    void keepsWhatCameBeforeDamage() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-objects", directory);
        byte[] bytes = Golden.bytes("py3-objects/Data.fs");
        bytes[2855 + 24] ^=
                1; // where a record says that its transaction begins; the saved index keeps it from being seen at once
        Files.write(source.file(), bytes);
        Commands.run("copy", source.file(), target).expect(ExitCode.DAMAGED_FILE);
        assertThat(target).hasBinaryContent(Arrays.copyOf(bytes, 2432));
    }

    @Test
    void makesNoSourceThatIsNotThere() {
        Path missing = directory.resolve("missing.fs");
        Commands.run("copy", missing, target).expect(ExitCode.CANNOT_OPEN);
        Commands.run("copy", "file://" + missing, target).expect(ExitCode.CANNOT_OPEN);
        assertThat(missing).doesNotExist();
        assertThat(target).doesNotExist();
    }

    @Test
    void refusesATargetThatOnlyReads() throws Exception {
        GoldenCopy source = GoldenCopy.of("py3-small", directory);
        try (Storage storage = new StorageArgument(source.file().toString(), null).openReadOnly()) {
            assertThatThrownBy(() -> StorageCopy.copy(storage, storage, (header, offset) -> {}))
                    .hasMessage(source.file() + " takes no copies of transactions");
        }
    }

    private void assertSame(GoldenCopy source) {
        Commands.run("diff", source.file(), target, "--blobs-a", source.blobs(), "--blobs-b", targetBlobs)
                .expect(ExitCode.OK);
    }

    private static String uri(Path file, Path blobs) throws IOException {
        return "file://" + file + "?blobstorage_dir=" + blobs.toString().replace(" ", "%20");
    }
}
