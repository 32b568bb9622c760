package io.zrs.testing.disk;

import static io.zrs.testing.disk.Snapshots.durable;
import static io.zrs.testing.disk.Snapshots.force;
import static io.zrs.testing.disk.Snapshots.outcomes;
import static io.zrs.testing.disk.Snapshots.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.testing.disk.DiskOperation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults come when they are ordered, and do what they say. */
class DiskFaultsTest {
    private final CrashingFileSystem disk = CrashingFileSystem.create(1);
    private final Path file = disk.getPath("/f");

    @Test
    void areAskedAboutEachOperation() throws IOException {
        List<String> asked = new ArrayList<>();
        disk.setFaults(operation -> {
            asked.add(operation.toString());
            return Verdict.PROCEED;
        });
        Files.writeString(file, "abc");
        Files.writeString(file, "d");
        Files.move(file, disk.getPath("g"));
        Files.createDirectory(disk.getPath("/d"));
        try (FileChannel channel = FileChannel.open(disk.getPath("/g"), StandardOpenOption.READ)) {
            channel.read(ByteBuffer.allocate(10), 1);
            channel.force(true);
        }
        force(disk.getPath("/"));
        Files.setPosixFilePermissions(disk.getPath("/g"), Set.of());
        list(disk.getPath("/"));
        Files.delete(disk.getPath("/g"));
        assertThat(asked)
                .containsExactly(
                        "1 create /f",
                        "2 write /f [0, +3]",
                        "3 open /f",
                        "4 truncate /f",
                        "5 write /f [0, +1]",
                        "6 move /f",
                        "7 create_directory /d",
                        "8 open /g",
                        "9 read /g [1, +10]",
                        "10 force /g",
                        "11 open /",
                        "12 force_directory /",
                        "13 set_attributes /g",
                        "14 list /",
                        "15 delete /g");
    }

    @ParameterizedTest
    @EnumSource
    void stopAProgramAnywhere(Kind kind) throws IOException {
        Set<String> done = new TreeSet<>();
        for (Verdict verdict : List.of(Verdict.FAIL, Verdict.KILL, Verdict.CRASH)) {
            CrashingFileSystem other = CrashingFileSystem.create(1);
            durable(other.getPath("/f"), "abc");
            Snapshots.durableDirectory(other.getPath("/d"));
            other.setFaults(DiskFaults.when(operation -> operation.kind() == kind, verdict));
            assertThatIOException().isThrownBy(() -> everything(other));
            assertThat(other.isDown()).isEqualTo(verdict != Verdict.FAIL);
            assertThat(other.openHandles()).isZero();
            other.setFaults(DiskFaults.NONE);
            other.restart();
            if (verdict != Verdict.CRASH) {
                done.add(Snapshots.of(other).toString());
            }
        }
        assertThat(done).hasSize(1);
    }

    /** Each kind of operation. */
    private static void everything(CrashingFileSystem disk) throws IOException {
        Path directory = disk.getPath("/d");
        Path file = disk.getPath("/f");
        list(directory);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.read(ByteBuffer.allocate(1));
        }
        Path created = Files.createFile(disk.getPath("/created"));
        Files.createDirectory(disk.getPath("/made"));
        Files.setPosixFilePermissions(file, Set.of());
        write(file, 0, "ABCDE");
        force(file);
        Snapshots.truncate(file, 2);
        force(directory);
        Files.move(file, disk.getPath("/d/moved"));
        Files.delete(created);
    }

    private static void list(Path directory) throws IOException {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            assertThat(names).isNotNull();
        }
    }

    @Test
    void failOnce() throws IOException {
        disk.setFaults(DiskFaults.at(disk.operationCount() + 2, Verdict.FAIL));
        assertThatIOException().isThrownBy(() -> Files.writeString(file, "x"));
        assertThat(Files.size(file)).isZero();
        Files.writeString(file, "x");
    }

    @Test
    void failTheNthOfAKind() throws IOException {
        disk.setFaults(DiskFaults.nth(2, operation -> operation.kind() == Kind.FORCE, Verdict.FAIL));
        Files.createFile(file);
        force(file);
        assertThatIOException().isThrownBy(() -> force(file));
        force(file);
    }

    @Test
    void failNowAndThen() throws IOException {
        Files.createFile(file);
        disk.setFaults(
                DiskFaults.sometimes(new Random(1), 0.3, operation -> operation.kind() == Kind.FORCE, Verdict.FAIL));
        int failures = 0;
        for (int i = 0; i < 1000; i++) {
            try {
                force(file);
            } catch (IOException e) {
                failures++;
            }
        }
        assertThat(failures).isBetween(250, 350);
    }

    @Test
    void areCombined() throws IOException {
        disk.setFaults(DiskFaults.at(2, Verdict.FAIL).or(DiskFaults.from(2, Verdict.CRASH)));
        Files.createFile(file);
        assertThatIOException().isThrownBy(() -> Files.readString(file)).withMessageContaining("Input/output error");
        assertThatThrownBy(() -> Files.readString(file)).isInstanceOf(PowerFailure.class);
    }

    @Test
    void shortenReadsAndWrites() throws IOException {
        disk.setFaults(DiskFaults.from(1, Verdict.SHORT));
        String content = "0123456789".repeat(50);
        Files.writeString(file, content);
        assertThat(Files.readString(file)).isEqualTo(content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ISO_8859_1.encode("abcdefghij"))).isBetween(1, 9);
            assertThat(channel.read(ByteBuffer.allocate(10), 100)).isBetween(1, 9);
            assertThat(channel.write(ISO_8859_1.encode("a"))).isEqualTo(1);
        }
    }

    @Test
    void fillTheDisk() throws IOException {
        Files.writeString(file, "abc");
        disk.setFaults(DiskFaults.from(1, Verdict.FULL));
        assertThat(file).hasContent("abc");
        assertThatIOException()
                .isThrownBy(() -> write(file, 3, "defghi"))
                .withMessageContaining("No space left on device");
        assertThat(Files.readString(file))
                .startsWith("abc")
                .satisfies(text -> assertThat("abcdefghi").startsWith(text));
        assertThatIOException()
                .isThrownBy(() -> Files.createFile(disk.getPath("/g")))
                .withMessageContaining("No space left on device");
        assertThat(Files.exists(disk.getPath("/g"))).isFalse();
        assertThatIOException().isThrownBy(() -> force(file)).withMessageContaining("No space left on device");
        Files.delete(file);
    }

    @Test
    void aFullDiskTakesWhatFits() throws IOException {
        disk.setCapacity(10);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ISO_8859_1.encode("0123456"))).isEqualTo(7);
            assertThat(channel.write(ISO_8859_1.encode("789abc"))).isEqualTo(3);
            assertThatIOException()
                    .isThrownBy(() -> channel.write(ISO_8859_1.encode("a")))
                    .withMessageContaining("No space left on device");
            assertThatIOException()
                    .isThrownBy(() -> channel.write(ISO_8859_1.encode("a"), 10))
                    .withMessageContaining("No space left on device");
            assertThat(channel.write(ISO_8859_1.encode("xy"), 0)).isEqualTo(2);
            assertThat(channel.write(ISO_8859_1.encode(""))).isZero();
            channel.truncate(5);
            assertThat(channel.write(ISO_8859_1.encode("ABCDEFG"), 5)).isEqualTo(5);
        }
        Files.delete(file);
        Files.writeString(file, "0123456789");
        assertThatIOException().isThrownBy(() -> Files.writeString(disk.getPath("/g"), "x"));
        disk.setCapacity(11);
        Files.writeString(disk.getPath("/g"), "x");
    }

    @Test
    void ignoreAForce() throws IOException {
        assertThat(outcomes(100, disk -> {
                    Path path = durable(disk.getPath("/f"), "o");
                    write(path, 0, "n");
                    disk.setFaults(DiskFaults.from(1, Verdict.IGNORE));
                    force(path);
                    Files.createFile(disk.getPath("/g"));
                    force(disk.getPath("/"));
                }))
                .containsExactlyInAnyOrder("/f=o", "/f=n", "/f=o /g=", "/f=n /g=");
    }

    @Test
    void postponeAForce() throws IOException {
        assertThat(postponed(false)).containsExactlyInAnyOrder("/f=o", "/f=1", "/f=2");
        assertThat(postponed(true)).containsExactlyInAnyOrder("/f=1", "/f=2");
    }

    private static Set<String> postponed(boolean carriedOut) throws IOException {
        return outcomes(100, disk -> {
            Path path = durable(disk.getPath("/f"), "o");
            write(path, 0, "1");
            disk.setFaults(DiskFaults.from(1, Verdict.POSTPONE));
            force(path);
            write(path, 0, "2");
            if (carriedOut) {
                disk.forcePostponed();
            }
        });
    }

    @Test
    void postponeAForceOfADirectory() throws IOException {
        Snapshots.Scenario scenario = disk -> {
            Files.createFile(disk.getPath("/f"));
            Files.move(disk.getPath("/f"), disk.getPath("/g"));
            disk.setFaults(DiskFaults.from(1, Verdict.POSTPONE));
            force(disk.getPath("/"));
            Files.createFile(disk.getPath("/h"));
        };
        assertThat(outcomes(200, scenario)).contains("", "/f=", "/g=", "/g= /h=");
        assertThat(outcomes(100, disk -> {
                    scenario.run(disk);
                    disk.forcePostponed();
                }))
                .containsExactlyInAnyOrder("/g=", "/g= /h=");
    }

    @Test
    void crashBeforeTheOperation() throws IOException {
        durable(file, "o");
        disk.setFaults(DiskFaults.nth(1, operation -> operation.kind() == Kind.WRITE, Verdict.CRASH));
        assertThatThrownBy(() -> write(file, 0, "n"))
                .isInstanceOf(PowerFailure.class)
                .hasMessageContaining("write /f [0, +1]");
        assertThatIOException().isThrownBy(() -> Files.readString(file)).withMessageContaining("is down");
        disk.restart();
        assertThat(file).hasContent("o");
    }

    @Test
    void killBeforeTheOperation() throws IOException {
        Files.createFile(file);
        disk.setFaults(DiskFaults.nth(2, operation -> operation.kind() == Kind.WRITE, Verdict.KILL));
        write(file, 0, "1");
        assertThatIOException().isThrownBy(() -> write(file, 0, "2")).withMessageContaining("is down");
        assertThat(disk.isDown()).isTrue();
        disk.restart();
        assertThat(file).hasContent("1");
    }

    @Test
    void mayTakeTheirTime() throws IOException {
        Set<String> waited = new TreeSet<>();
        disk.setFaults(operation -> {
            if (operation.kind().isForce()) {
                // Other things go on meanwhile.
                waited.add(Files.exists(disk.getPath("/g")) + " " + disk.openHandles());
            }
            return Verdict.PROCEED;
        });
        Files.createFile(file);
        force(file);
        assertThat(waited).containsExactly("false 1");
    }
}
