package io.zrs.testing.disk;

import static io.zrs.testing.disk.Snapshots.durable;
import static io.zrs.testing.disk.Snapshots.durableDirectory;
import static io.zrs.testing.disk.Snapshots.force;
import static io.zrs.testing.disk.Snapshots.outcomes;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What happened to names since their directory was forced is kept or lost, but never by half. */
class LostNamesTest {
    private static final int SEEDS = 300;

    @Test
    void aNewFileNeedsAForceOfItsDirectory() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Files.writeString(disk.getPath("/f"), "x");
                    force(disk.getPath("/f"));
                }))
                .containsExactlyInAnyOrder("", "/f=x");
        assertThat(outcomes(SEEDS, disk -> durable(disk.getPath("/f"), "x"))).containsExactly("/f=x");
    }

    @Test
    void anAsynchronousChannelForcesADirectoryToo() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Files.createFile(disk.getPath("/f"));
                    try (AsynchronousFileChannel root =
                            AsynchronousFileChannel.open(disk.getPath("/"), StandardOpenOption.READ)) {
                        root.force(true);
                    }
                }))
                .containsExactly("/f=");
    }

    @Test
    void aDeletionIsLostOrKept() throws IOException {
        assertThat(outcomes(SEEDS, disk -> Files.delete(durable(disk.getPath("/f"), "x"))))
                .containsExactlyInAnyOrder("", "/f=x");
        assertThat(outcomes(SEEDS, disk -> {
                    Files.delete(durable(disk.getPath("/f"), "x"));
                    force(disk.getPath("/"));
                }))
                .containsExactly("");
    }

    @Test
    void aNameStandsForWhatItOnceStoodFor() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Path file = durable(disk.getPath("/f"), "1");
                    Files.delete(file);
                    Files.writeString(file, "2");
                    force(file);
                    Files.delete(file);
                    Files.writeString(file, "3");
                    force(file);
                }))
                .containsExactlyInAnyOrder("", "/f=1", "/f=2", "/f=3");
    }

    @Test
    void namesAreKeptInAnyOrder() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Files.createFile(disk.getPath("/f"));
                    Files.createFile(disk.getPath("/g"));
                }))
                .containsExactlyInAnyOrder("", "/f=", "/g=", "/f= /g=");
    }

    @Test
    void aRenamingInADirectoryHappensOrNot() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Path file = durable(disk.getPath("/f"), "new");
                    Path target = durable(disk.getPath("/g"), "old");
                    Files.move(file, target, ATOMIC_MOVE);
                }))
                .containsExactlyInAnyOrder("/f=new /g=old", "/g=new");
    }

    @Test
    void aRenamingOfANewFileLeavesTheTargetWholeOrNew() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Path target = durable(disk.getPath("/g"), "old");
                    Path file = Files.writeString(disk.getPath("/f"), "new");
                    force(file);
                    Files.move(file, target, ATOMIC_MOVE);
                }))
                .containsExactlyInAnyOrder("/g=old", "/f=new /g=old", "/g=new");
    }

    @Test
    void aRenamingOfAFileThatWasNotForcedMayLeaveNothingInIt() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durable(disk.getPath("/g"), "old");
                    Files.move(Files.writeString(disk.getPath("/f"), "new"), disk.getPath("/g"), ATOMIC_MOVE);
                    force(disk.getPath("/"));
                }))
                .contains("/g=", "/g=new", "/g=\0\0\0")
                .doesNotContain("/g=old");
    }

    @Test
    void aRenamingBetweenDirectoriesLeavesOneNameOrBoth() throws IOException {
        assertThat(outcomes(SEEDS, disk -> moveBetween(disk, "")))
                .containsExactlyInAnyOrder("/a/f=x", "/a/f=x /b/g=x", "/b/g=x");
        assertThat(outcomes(SEEDS, disk -> moveBetween(disk, "/b")))
                .containsExactlyInAnyOrder("/a/f=x /b/g=x", "/b/g=x");
        assertThat(outcomes(SEEDS, disk -> moveBetween(disk, "/a"))).containsExactly("/b/g=x");
    }

    private static void moveBetween(CrashingFileSystem disk, String forced) throws IOException {
        durableDirectory(disk.getPath("/a"));
        durableDirectory(disk.getPath("/b"));
        Files.move(durable(disk.getPath("/a/f"), "x"), disk.getPath("/b/g"));
        if (!forced.isEmpty()) {
            force(disk.getPath(forced));
        }
    }

    @Test
    void aFileInADirectoryWithoutANameIsLost() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Files.createDirectory(disk.getPath("/a"));
                    durable(disk.getPath("/a/f"), "x");
                }))
                .contains("", "/a/f=x");
    }

    @Test
    void aFileMovedToANewDirectoryIsNotLost() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durableDirectory(disk.getPath("/a"));
                    Path file = durable(disk.getPath("/a/f"), "x");
                    Files.createDirectories(disk.getPath("/b/c"));
                    Files.move(file, disk.getPath("/b/c/g"));
                }))
                .containsExactlyInAnyOrder("/a/f=x", "/a/f=x /b/c/g=x", "/b/c/g=x");
    }

    @Test
    void aFileMovedOutOfADeletedDirectoryIsNotLost() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durableDirectory(disk.getPath("/a"));
                    durableDirectory(disk.getPath("/b"));
                    Files.move(durable(disk.getPath("/a/f"), "x"), disk.getPath("/b/g"));
                    Files.delete(disk.getPath("/a"));
                }))
                .containsExactlyInAnyOrder("/a/f=x", "/a/f=x /b/g=x", "/b/g=x");
    }

    @Test
    void aNameThatWasFreedAndTakenAgainLosesNobody() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durable(disk.getPath("/f"), "1");
                    durable(disk.getPath("/g"), "2");
                    Files.move(disk.getPath("/f"), disk.getPath("/h"));
                    Files.move(disk.getPath("/g"), disk.getPath("/f"));
                }))
                .containsExactlyInAnyOrder("/f=1 /g=2", "/g=2 /h=1", "/f=2 /h=1");
    }

    @Test
    void aDirectoryHasOneName() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durableDirectory(disk.getPath("/a"));
                    durableDirectory(disk.getPath("/b"));
                    durable(disk.getPath("/a/f"), "x");
                    Files.move(disk.getPath("/a"), disk.getPath("/b/c"));
                }))
                .containsExactlyInAnyOrder("/a/f=x", "/b/c/f=x");
    }

    @RepeatedTest(200)
    void movesLoseNoFile(RepetitionInfo repetition) throws IOException {
        long seed = Long.getLong("zrs.seed", repetition.getCurrentRepetition());
        Random random = new Random(seed);
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        List<Path> directories = new ArrayList<>(List.of(disk.getPath("/")));
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            directories.add(durableDirectory(disk.getPath("/d" + i)));
            files.add(durable(directories.get(i).resolve("f" + i), "<" + i + ">"));
        }
        for (int i = 0; i < 40; i++) {
            Path directory = directories.get(random.nextInt(directories.size()));
            int index = random.nextInt(files.size());
            Path target = directory.resolve("f" + random.nextInt(8));
            switch (random.nextInt(8)) {
                case 0 -> force(directory);
                case 1 -> directories.add(Files.createDirectory(directory.resolve("n" + i)));
                case 2 -> Files.writeString(directory.resolve("temporary"), "t");
                case 3 -> Files.deleteIfExists(directory.resolve("temporary"));
                default -> {
                    if (!Files.exists(target)) {
                        files.set(index, Files.move(files.get(index), target));
                    }
                }
            }
        }
        disk.crash();
        disk.restart();
        assertThat(Snapshots.of(disk).values()).as("-Dzrs.seed=%s", seed).contains("<0>", "<1>", "<2>", "<3>", "<4>");
    }

    @Test
    void aFileWithTwoNamesIsOneFile() throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(0);
        Path old = disk.getPath("/a/f");
        Path renamed = disk.getPath("/b/g");
        for (int seed = 0; !Files.exists(old) || !Files.exists(renamed); seed++) {
            disk = CrashingFileSystem.create(seed);
            moveBetween(disk, "/b");
            disk.crash();
            disk.restart();
            old = disk.getPath("/a/f");
            renamed = disk.getPath("/b/g");
        }
        disk.setCapacity(100);
        assertThat(Files.isSameFile(old, renamed)).isTrue();
        Files.writeString(old, "yz");
        assertThat(renamed).hasContent("yz");
        assertThat(Files.getFileStore(old).getUsableSpace()).isEqualTo(98);
        Files.delete(old);
        assertThat(renamed).hasContent("yz");
        Files.move(renamed, old, REPLACE_EXISTING);
        assertThat(Files.getFileStore(old).getUsableSpace()).isEqualTo(98);
        Files.delete(old);
        assertThat(Files.getFileStore(disk.getPath("/")).getUsableSpace()).isEqualTo(100);
    }

    @Test
    void permissionsAreKept() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            CrashingFileSystem disk = CrashingFileSystem.create(seed);
            Path file = durable(disk.getPath("/f"), "x");
            Files.setPosixFilePermissions(file, Set.of());
            disk.crash();
            disk.restart();
            assertThat(Files.getPosixFilePermissions(file)).isEmpty();
        }
    }
}
