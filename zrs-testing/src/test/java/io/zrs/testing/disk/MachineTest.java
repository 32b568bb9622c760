package io.zrs.testing.disk;

import static io.zrs.testing.disk.Snapshots.durable;
import static io.zrs.testing.disk.Snapshots.force;
import static io.zrs.testing.disk.Snapshots.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A machine goes down and comes up again; what was running on it does not. */
class MachineTest {
    private final CrashingFileSystem disk = CrashingFileSystem.create(1);
    private final Path file = disk.getPath("/f");

    /** Two ways to go down. */
    enum End {
        CRASH,
        KILL;

        void come(CrashingFileSystem disk) {
            if (this == CRASH) {
                disk.crash();
            } else {
                disk.kill();
            }
        }
    }

    @BeforeEach
    void makeAFile() throws IOException {
        durable(file, "old");
    }

    @ParameterizedTest
    @EnumSource
    void nothingWorksWhileItIsDown(End end) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        end.come(disk);
        assertThat(disk.isDown()).isTrue();
        assertThatIOException()
                .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .withMessageContaining("is down");
        assertThatIOException().isThrownBy(channel::size).withMessageContaining("is down");
        assertThatIOException().isThrownBy(() -> Files.readString(file)).withMessageContaining("is down");
        assertThatIOException().isThrownBy(() -> Files.writeString(file, "x")).withMessageContaining("is down");
        assertThatIOException().isThrownBy(() -> Files.delete(file)).withMessageContaining("is down");
        assertThatIOException()
                .isThrownBy(() -> Files.move(file, disk.getPath("/g")))
                .withMessageContaining("is down");
        assertThatIOException()
                .isThrownBy(() -> Files.createDirectory(disk.getPath("/d")))
                .withMessageContaining("is down");
        assertThatIOException()
                .isThrownBy(() -> Files.newDirectoryStream(disk.getPath("/")))
                .withMessageContaining("is down");
        assertThatIOException()
                .isThrownBy(() -> Files.setPosixFilePermissions(file, Set.of()))
                .withMessageContaining("is down");
        assertThatIOException()
                .isThrownBy(() -> Files.getPosixFilePermissions(file))
                .withMessageContaining("is down");
        assertThatIOException().isThrownBy(file::toRealPath).withMessageContaining("is down");
        assertThat(Files.exists(file)).isFalse();
        disk.restart();
        assertThat(disk.isDown()).isFalse();
        assertThat(file).hasContent("old");
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("StreamResourceLeak") // Closed late, on purpose.
    void whatWasOpenIsDeadForEver(End end) throws Exception {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        AsynchronousFileChannel asynchronous =
                AsynchronousFileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        InputStream stream = Files.newInputStream(file);
        DirectoryStream<Path> names = Files.newDirectoryStream(disk.getPath("/"));
        FileLock lock = channel.lock();
        assertThat(disk.openHandles()).isEqualTo(4);
        end.come(disk);
        disk.restart();
        assertThat(disk.openHandles()).isZero();
        assertThatIOException().isThrownBy(() -> channel.write(UTF_8.encode("x")));
        assertThatIOException().isThrownBy(() -> channel.force(true));
        assertThatIOException().isThrownBy(() -> asynchronous.force(true));
        assertThatThrownBy(() -> asynchronous.write(UTF_8.encode("x"), 0).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThatIOException().isThrownBy(stream::read);
        assertThatThrownBy(() -> names.iterator().hasNext()).isInstanceOf(DirectoryIteratorException.class);
        assertThat(lock.isValid()).isFalse();
        try (FileChannel next = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(next.tryLock().isValid()).isTrue();
            channel.close();
            asynchronous.close();
            stream.close();
            names.close();
            assertThat(disk.openHandles()).isEqualTo(1);
            assertThatThrownBy(() -> next.tryLock()).isInstanceOf(OverlappingFileLockException.class);
        }
        assertThat(file).hasContent("old");
    }

    @Test
    void aKillLosesNothingUntilThePowerFails() throws IOException {
        Set<String> found = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            CrashingFileSystem other = CrashingFileSystem.create(seed);
            Path path = durable(other.getPath("/f"), "old");
            write(path, 0, "new");
            other.kill();
            other.restart();
            assertThat(path).hasContent("new");
            other.kill();
            other.crash();
            other.restart();
            found.add(Files.readString(path));
        }
        assertThat(found).contains("old", "new");
    }

    @Test
    void theSameSeedLosesTheSame() throws IOException {
        Set<String> found = new HashSet<>();
        for (int seed = 0; seed < 30; seed++) {
            String result = randomLife(seed, 7);
            assertThat(randomLife(seed, 7)).as("seed %s", seed).isEqualTo(result);
            found.add(result);
        }
        assertThat(found).hasSizeGreaterThan(15);
    }

    /** What is there in the end, in short. */
    private static String randomLife(long seed, long programSeed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Random random = new Random(programSeed);
        for (int i = 0; i < 300; i++) {
            Path path = disk.getPath("/" + random.nextInt(5));
            switch (random.nextInt(6)) {
                case 0 -> Files.deleteIfExists(path);
                case 1 -> force(disk.getPath("/"));
                case 2 -> {
                    if (Files.exists(path)) {
                        Files.move(path, disk.getPath("/" + random.nextInt(5)), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
                default -> Files.writeString(path, ("" + i).repeat(random.nextInt(3000)));
            }
            if (i % 100 == 99) {
                disk.crash();
                disk.restart();
            }
        }
        StringBuilder result = new StringBuilder();
        Snapshots.of(disk)
                .forEach((path, content) -> result.append(path)
                        .append('=')
                        .append(content.hashCode())
                        .append(' '));
        return result.toString();
    }

    @Test
    void countsOperations() throws IOException {
        long before = disk.operationCount();
        Files.exists(file);
        assertThat(disk.operationCount()).isEqualTo(before);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(ByteBuffer.allocate(1));
            channel.force(false);
        }
        assertThat(disk.operationCount()).isEqualTo(before + 3);
    }

    @Test
    void countsSpaceAnewAfterACrash() throws IOException {
        disk.setCapacity(100);
        Files.writeString(disk.getPath("/g"), "x".repeat(50));
        Files.delete(file);
        disk.crash();
        disk.restart();
        long taken = 0;
        for (String content : Snapshots.of(disk).values()) {
            taken += content.length();
        }
        assertThat(Files.getFileStore(disk.getPath("/")).getUsableSpace()).isEqualTo(100 - taken);
    }
}
