package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // A lock is held, not used.
@Timeout(60)
final class StorageLockTest {
    private static final String LOCKED = "locked";

    @TempDir
    Path directory;

    private Path dataFile;
    private Path lockFile;
    private final List<Process> children = new ArrayList<>();

    static Stream<StorageLock> locks() {
        return Stream.of(StorageLock.full(), StorageLock.javaOnly());
    }

    @BeforeEach
    void nameFiles() {
        dataFile = directory.resolve("Data.fs");
        lockFile = directory.resolve("Data.fs.lock");
    }

    @AfterEach
    void endChildren() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @MethodSource("locks")
    void leavesFileWithProcessIdOnly(StorageLock lock) throws IOException {
        Files.writeString(lockFile, " 123456789012\nwritten by somebody else\n");

        lock.acquire(dataFile).close();

        assertThat(lockFile).hasContent(" " + ProcessHandle.current().pid() + "\n");
    }

    @ParameterizedTest
    @MethodSource("locks")
    void excludesSecondStorageOfThisProcess(StorageLock lock) throws IOException {
        try (StorageLock.Held held = lock.acquire(dataFile)) {
            assertThatThrownBy(() -> lock.acquire(directory.resolve("../" + directory.getFileName() + "/Data.fs")))
                    .isInstanceOf(StorageLockedException.class)
                    .hasMessageContaining(lockFile.toRealPath().toString())
                    .hasMessageContaining("" + ProcessHandle.current().pid());
        }
        lock.acquire(dataFile).close();
    }

    @Test
    void refusalInThisProcessDoesNotFreeTheLockForOthers() throws Exception {
        try (StorageLock.Held held = StorageLock.javaOnly().acquire(dataFile)) {
            assertThatThrownBy(() -> StorageLock.javaOnly().acquire(dataFile))
                    .isInstanceOf(StorageLockedException.class);

            assertThat(answer(startHolder("javaOnly", true))).contains("StorageLockedException");
        }
    }

    @ParameterizedTest
    @MethodSource("locks")
    void closingTwiceFreesOnce(StorageLock lock) throws Exception {
        StorageLock.Held first = lock.acquire(dataFile);
        first.close();
        try (StorageLock.Held second = lock.acquire(dataFile)) {
            first.close();
            assertThatThrownBy(() -> lock.acquire(dataFile)).isInstanceOf(StorageLockedException.class);
        }
    }

    @Test
    void killedProcessFreesBothLocks() throws Exception {
        Process holder = startHolder("full", true);
        assertThat(answer(holder)).isEqualTo(LOCKED);
        for (StorageLock lock : List.of(StorageLock.full(), StorageLock.javaOnly())) {
            assertThatThrownBy(() -> lock.acquire(dataFile))
                    .isInstanceOf(StorageLockedException.class)
                    .hasMessageContaining(lockFile.toRealPath().toString())
                    .hasMessageContaining("" + holder.pid());
        }

        holder.destroyForcibly().waitFor();

        StorageLock.full().acquire(dataFile).close();
    }

    @Test
    void isKeptOutByFlockHolder() throws Exception {
        Files.createFile(lockFile);
        Process holder = start(flock(), "-n", lockFile.toString(), "-c", "echo " + LOCKED + "; read line");
        assertThat(answer(holder)).isEqualTo(LOCKED);

        assertThatThrownBy(() -> StorageLock.full().acquire(dataFile))
                .isInstanceOf(StorageLockedException.class)
                .hasMessageContaining("another process");

        holder.getOutputStream().close();
        assertThat(holder.waitFor()).isNotNegative();
        StorageLock.full().acquire(dataFile).close();
    }

    @Test
    void keepsFlockOut() throws Exception {
        String[] tryFlock = {flock(), "-n", "-E", "75", lockFile.toString(), "true"};
        try (StorageLock.Held held = StorageLock.full().acquire(dataFile)) {
            assertThat(start(tryFlock).waitFor()).isEqualTo(75);
        }
        assertThat(start(tryFlock).waitFor()).isZero();
    }

    @Test
    void saysThatPythonIsNotKeptOutWithoutJna() throws Exception {
        assertThat(answer(startHolder("full", false)))
                .contains("StorageException", "Python", "JNA", "StorageLock.javaOnly()");
        StorageLock.full().acquire(dataFile).close();
        assertThat(answer(startHolder("javaOnly", false))).isEqualTo(LOCKED);
    }

    @Test
    void locksVirtualFilesWithinThisProcessOnly() throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = memory.getPath("Data.fs");
            try (StorageLock.Held held = StorageLock.javaOnly().acquire(file)) {
                assertThatThrownBy(() -> StorageLock.javaOnly().acquire(file))
                        .isInstanceOf(StorageLockedException.class);
            }
            assertThatThrownBy(() -> StorageLock.full().acquire(file))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("not a file of this system");
        }
    }

    private static String flock() {
        Path program = Path.of("/usr/bin/flock");
        assumeTrue(Files.isExecutable(program), "util-linux flock is not here");
        return program.toString();
    }

    private Process startHolder(String kind, boolean withJna) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> withJna || !entry.contains("jna"))
                .collect(Collectors.joining(File.pathSeparator));
        String java = ProcessHandle.current().info().command().orElse("java");
        return start(java, "-Xmx32m", "-cp", classPath, Holder.class.getName(), kind, dataFile.toString());
    }

    private Process start(String... command) throws IOException {
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(child);
        return child;
    }

    private static String answer(Process child) throws IOException {
        BufferedReader reader = child.inputReader();
        return reader.readLine();
    }

    /** Another process: says what came of taking the lock, and holds it until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            StorageLock lock = arguments[0].equals("full") ? StorageLock.full() : StorageLock.javaOnly();
            try (StorageLock.Held held = lock.acquire(Path.of(arguments[1]))) {
                System.out.println(LOCKED);
                System.in.read();
            } catch (StorageException e) {
                System.out.println(e);
            }
        }
    }
}
