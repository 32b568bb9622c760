package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrimaryCommandTest {
    @TempDir
    private Path directory;

    private GoldenCopy copy;

    @BeforeEach
    void copy() throws Exception {
        copy = GoldenCopy.of("py3-doctest", directory);
    }

    @Test
    void saysWhereItListensAndStopsCleanly() throws Exception {
        byte[] before = Files.readAllBytes(copy.file());
        try (Commands.Running primary = Commands.primary(copy.file(), copy.blobs())) {
            assertThat(primary.address()).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
            primary.stop().expect(ExitCode.OK);
        }
        assertThat(Files.readAllBytes(copy.file())).isEqualTo(before);
    }

    @Test
    void listensAtAUnixSocket() throws Exception {
        Path socket = directory.resolve("zrs.sock");
        try (Commands.Running primary = Commands.start("primary", copy.file(), "--listen", socket)) {
            assertThat(primary.address()).isEqualTo(socket.toString());
            assertThat(socket).exists();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void isTheOnlyOneToWrite() throws Exception {
        try (FileStorage other = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            Commands.Result result =
                    Commands.run("primary", copy.file(), "--listen", ":0").expect(ExitCode.LOCKED);
            assertThat(result.err()).startsWith("zrs: ").contains("is locked").hasLineCount(1);
            assertThat(other.objectCount()).isPositive();
        }
    }

    @Test
    void saysThatAnAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(Commands.run("primary", copy.file(), "--listen", address)
                            .expect(ExitCode.CANNOT_LISTEN)
                            .err())
                    .contains("cannot listen at " + address)
                    .hasLineCount(1);
        }
        // The storage was given back.
        FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC())).close();
    }

    @Test
    void makesNoFile() {
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("primary", missing, "--listen", ":0")
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
        assertThat(missing).doesNotExist();
    }

    @Test
    void makesNoBlobDirectory() {
        Path missing = directory.resolve("missing");
        assertThat(Commands.run("primary", copy.file(), "--blobs", missing, "--listen", ":0")
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
        assertThat(missing).doesNotExist();
    }

    @Test
    void wantsToKnowWhereToListen() {
        assertThat(Commands.run("primary", copy.file()).expect(ExitCode.USAGE).err())
                .contains("--listen=ADDRESS");
        assertThat(Commands.run("primary", copy.file(), "--listen", "8100")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("Invalid value for option '--listen': '8100' is not HOST:PORT");
    }
}
