package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.golden.Golden;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondaryCommandTest {
    @TempDir
    private Path directory;

    private Path file;
    private Path blobs;

    @BeforeEach
    void nameFiles() {
        file = directory.resolve("copy.fs");
        blobs = directory.resolve("copied blobs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-packed", "py3-variety"})
    void endsWell(String set) throws Exception {
        GoldenCopy original = GoldenCopy.of(set, directory);
        try (Commands.Running primary = Commands.primary(original.file(), original.blobs())) {
            follow(primary.address()).expect(ExitCode.OK);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(original.followed());
        assertThat(Fingerprint.of(file, blobs))
                .isEqualTo(new Fingerprint(
                        Contents.of(original.followed()),
                        Fingerprint.of(original.file(), original.blobs()).blobCount(),
                        Fingerprint.of(original.file(), original.blobs()).blobSize(),
                        Fingerprint.of(original.file(), original.blobs()).blobDigest()));
        assertThat(directory.resolve("copy.fs.index")).exists();
    }

    @Test
    void isFollowedItself() throws Exception {
        GoldenCopy original = GoldenCopy.of("py3-doctest", directory);
        Path middle = directory.resolve("middle.fs");
        Path middleBlobs = directory.resolve("middle blobs");
        try (Commands.Running primary = Commands.primary(original.file(), original.blobs());
                Commands.Running secondary = Commands.start(
                        "secondary", middle, "--blobs", middleBlobs, "--from", primary.address(), "--listen", ":0")) {
            follow(secondary.address()).expect(ExitCode.OK);
            secondary.stop().expect(ExitCode.OK);
        }
        assertThat(Fingerprint.of(file, blobs))
                .isEqualTo(Fingerprint.of(middle, middleBlobs))
                .isEqualTo(Fingerprint.of(original.file(), original.blobs()));
    }

    @Test
    void takesUpWhereItWas() throws Exception {
        GoldenCopy original = GoldenCopy.of("py3-small", directory);
        byte[] all = Files.readAllBytes(original.file());
        // A crash: a part of the history, and a part of the next transaction.
        Files.write(file, Arrays.copyOf(all, all.length / 2));
        try (Commands.Running primary = Commands.start("primary", original.file(), "--listen", "127.0.0.1:0")) {
            Commands.run("secondary", file, "--from", primary.address(), "--exit-when-idle", 1)
                    .expect(ExitCode.OK);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(all);
        assertThat(directory.resolve("copy.fs.tr0")).doesNotExist();
    }

    @Test
    void makesAFileOfTheFormatThatIsAskedFor() throws Exception {
        GoldenCopy original = GoldenCopy.of("py3-doctest", directory);
        try (Commands.Running primary = Commands.primary(original.file(), original.blobs())) {
            follow(primary.address(), "--format", "fs21").expect(ExitCode.OK);
        }
        assertThat(new String(Files.readAllBytes(file), 0, 4, StandardCharsets.US_ASCII))
                .isEqualTo("FS21");
        assertThat(Commands.run("secondary", file, "--from", ":1", "--format", "fs40")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'--format'")
                .contains("fs40");
    }

    @Test
    void saysThatNoConnectionCameAbout() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        follow("127.0.0.1:" + port).expect(ExitCode.NEVER_CONNECTED);
    }

    @Test
    void saysThatThePrimaryHungUp() throws Exception {
        byte[] stream = Golden.bytes("py3-doctest/from-zero.wire");
        try (ScriptedPrimary primary = ScriptedPrimary.thatHangsUp(Arrays.copyOf(stream, stream.length - 1))) {
            follow(primary.address()).expect(ExitCode.CLOSED_BY_PRIMARY);
        }
        Commands.run("verify", file, "--blobs", blobs).expect(ExitCode.OK);
    }

    @Test
    void saysThatTheStreamIsDamaged() throws Exception {
        byte[] stream = Golden.bytes("py3-doctest/from-zero.wire");
        stream[stream.length - 1] ^= 1; // the end of the last digest's pickle
        try (ScriptedPrimary primary = ScriptedPrimary.thatStays(stream)) {
            follow(primary.address()).expect(ExitCode.DAMAGED_STREAM);
        }
        assertThat(Commands.run("verify", file, "--blobs", blobs)
                        .expect(ExitCode.OK)
                        .out())
                .contains(" in 9 transactions");
    }

    @Test
    void saysThatItIsRefused() throws Exception {
        GoldenCopy original = GoldenCopy.of("py3-doctest", directory);
        GoldenCopy other = GoldenCopy.of("py3-objects", Files.createDirectory(directory.resolve("other")));
        try (Commands.Running primary = Commands.primary(original.file(), original.blobs())) {
            Commands.run(
                            "secondary",
                            other.file(),
                            "--blobs",
                            other.blobs(),
                            "--from",
                            primary.address(),
                            "--exit-when-idle",
                            1)
                    .expect(ExitCode.REFUSED);
        }
    }

    @Test
    void stopsAtOnceWhileItWaits() throws Exception {
        try (Commands.Running secondary =
                Commands.start("secondary", file, "--from", "127.0.0.1:1", "--listen", "127.0.0.1:0")) {
            secondary.address();
            secondary.stop().expect(ExitCode.OK);
        }
    }

    @Test
    void makesNoDirectory() {
        Path missing = directory.resolve("missing");
        assertThat(Commands.run("secondary", missing.resolve("Data.fs"), "--from", ":1")
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: the directory " + missing + " does not exist\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--keep-alive=-1", "--keep-alive=x", "--exit-when-idle=0", "--exit-when-idle=x"})
    void refusesTimesThatAreNone(String option) {
        assertThat(Commands.run("secondary", file, "--from", ":1", option)
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("Invalid value for option '" + option.substring(0, option.indexOf('=')) + "'");
        assertThat(file).doesNotExist();
    }

    private Commands.Result follow(String address, Object... more) {
        Object[] arguments = {
            "secondary", file, "--blobs", blobs, "--from", address, "--exit-when-idle", 1, "--keep-alive", 1
        };
        Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return Commands.run(all);
    }
}
