package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiffCommandTest {
    /** In py3-objects: where the fourth transaction begins; its third record, of oid 0x03, lies at 2855. */
    private static final int TRANSACTION = 2432;

    @TempDir
    private Path directory;

    static List<String> sets() {
        return GoldenCopy.sets();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void aCopyIsTheSame(String set) throws Exception {
        GoldenCopy a = copy(set, "a");
        GoldenCopy b = copy(set, "b");
        assertThat(Commands.run("diff", a.file(), b.file(), "--blobs-a", a.blobs(), "--blobs-b", b.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .startsWith("same: ");
    }

    @Test
    void tellsATransactionThatIsMissing() throws Exception {
        GoldenCopy a = copy("py3-objects", "a");
        GoldenCopy b = copy("py3-objects", "b");
        truncate(b.file(), TRANSACTION);
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .isEqualTo("DIFFERENT: transaction 0x036c6b9104444444 (2007-03-21 20:33:01.000000): transaction: there"
                        + " | missing; the same before that: 3 transactions, 5 records, 0 blobs\n");
        assertThat(Commands.run("diff", b.file(), a.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("missing | there");
    }

    @Test
    void tellsADifferentHeader() throws Exception {
        GoldenCopy a = copy("py3-objects", "a");
        GoldenCopy b = copy("py3-objects", "b");
        write(b.file(), TRANSACTION + 16, "p");
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("status: ' ' | 'p'");
        write(b.file(), TRANSACTION + 16, " ");
        write(b.file(), TRANSACTION + 23, "X");
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("description: 'persistent' | 'Xersistent';");
    }

    @Test
    void tellsDifferentDataInJson() throws Exception {
        GoldenCopy a = copy("py3-objects", "a");
        GoldenCopy b = copy("py3-objects", "b");
        write(b.file(), 2970, "#");
        String line = Commands.run("diff", a.file(), b.file(), "--json")
                .expect(ExitCode.FINDINGS)
                .out();
        JsonNode difference = new ObjectMapper().readTree(line);
        assertThat(difference.get("kind").textValue()).isEqualTo("difference");
        assertThat(difference.get("tid").textValue()).isEqualTo("036c6b9104444444");
        assertThat(difference.get("record").intValue()).isEqualTo(2);
        assertThat(difference.get("oid").textValue()).isEqualTo("0000000000000003");
        assertThat(difference.get("field").textValue()).isEqualTo("data");
        assertThat(difference.get("a").textValue()).startsWith("120 bytes, from 73 on ");
        assertThat(difference.get("b").textValue()).startsWith("120 bytes, from 73 on 23");
        assertThat(difference.get("transactions").intValue()).isEqualTo(3);
    }

    @Test
    void tellsADifferentOidOrTid() throws Exception {
        GoldenCopy a = copy("py3-objects", "a");
        GoldenCopy b = copy("py3-objects", "b");
        write(b.file(), 2855 + 6, "#");
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("record 2: oid: oid 0x03 | oid 0x2303;");
        write(b.file(), 2855 + 6, "\0");
        write(b.file(), 2855 + 15, "#");
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("record 2, oid 0x03: serial: 0x036c6b9104444444 | 0x036c6b9104444423;");
    }

    @Test
    void tellsDifferentAndMissingBlobs() throws Exception {
        GoldenCopy a = copy("py3-doctest", "a");
        GoldenCopy b = copy("py3-doctest", "b");
        Path blob = largestBlob(b);
        Files.setPosixFilePermissions(blob, PosixFilePermissions.fromString("rw-------"));
        long size = Files.size(blob);
        Files.writeString(blob, "!", StandardOpenOption.APPEND);
        Object[] command = {"diff", a.file(), b.file(), "--blobs-a", a.blobs(), "--blobs-b", b.blobs()};
        assertThat(Commands.run(command).expect(ExitCode.FINDINGS).out())
                .contains("blob: " + size + " bytes, from " + size + " on nothing | " + (size + 1) + " bytes, from "
                        + size + " on 21;");
        Files.delete(blob);
        assertThat(Commands.run(command).expect(ExitCode.FINDINGS).out()).contains("blob: " + size + " bytes | none;");
    }

    @Test
    void tellsDifferentDialects() throws Exception {
        GoldenCopy a = copy("py3-objects", "a");
        GoldenCopy b = copy("py3-objects", "b");
        write(b.file(), 0, "FS21");
        assertThat(Commands.run("diff", a.file(), b.file())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("dialect: PYTHON3 | PYTHON2;");
    }

    @Test
    void takesUris() throws Exception {
        GoldenCopy a = copy("py3-doctest", "a");
        String uri = "file://" + a.file() + "?blobstorage_dir=" + a.blobs();
        assertThat(Commands.run("diff", uri, a.file(), "--blobs-b", a.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .isEqualTo("same: 10 transactions, 18 records, 8 blobs\n");
        Commands.run("diff", "file://" + directory.resolve("missing.fs"), a.file())
                .expect(ExitCode.CANNOT_OPEN);
        assertThat(directory.resolve("missing.fs")).doesNotExist();
        assertThat(Commands.run("diff", "gopher://x", a.file())
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("no storage for the scheme 'gopher'");
    }

    @Test
    void refusesToLookAtTheBlobsOfOneOnly() throws Exception {
        GoldenCopy a = copy("py3-doctest", "a");
        assertThat(Commands.run("diff", a.file(), a.file(), "--blobs-a", a.blobs())
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("A blob directory is given for A only");
    }

    private GoldenCopy copy(String set, String name) throws IOException {
        return GoldenCopy.of(set, Files.createDirectory(directory.resolve(name)));
    }

    private static Path largestBlob(GoldenCopy copy) throws IOException {
        try (Stream<Path> files = Files.walk(copy.blobs())) {
            return files.filter(file -> file.toString().endsWith(".blob"))
                    .max((x, y) -> Long.compare(x.toFile().length(), y.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void write(Path file, long offset, String bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)), offset);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
