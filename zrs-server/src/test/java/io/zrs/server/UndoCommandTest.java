package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Changes /hist from 4 to 5. */
    private static final String CHANGE = "0x036c6b9133333333";
    /** Changes it back. */
    private static final String UNDO = "0x036c6b9137777777";

    @TempDir
    private Path directory;

    private GoldenCopy copy;

    @BeforeEach
    void copyObjects() throws Exception {
        copy = GoldenCopy.of("py3-objects", Files.createDirectory(directory.resolve("objects")));
    }

    @Test
    void givesBackWhatWasThereBefore() {
        assertThat(number()).isEqualTo(4);
        assertThat(run("undo", copy.file(), UNDO)).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0)).matches("tid 0x0\\w{15} \\(.*\\) undoes 1 transaction and changes 1 object:");
            assertThat(lines.get(1)).isEqualTo("oid 0x0171");
        });
        assertThat(number()).isEqualTo(5);
        assertThat(run("verify", copy.file()).toString()).contains("sound: 0 findings");
    }

    @Test
    void undoesTheNewestFirstWhateverTheOrderOfTheTids() {
        assertThat(run("undo", copy.file(), CHANGE, UNDO, CHANGE).get(0)).contains("undoes 2 transactions");
        assertThat(number()).isEqualTo(4);
        assertThat(run("undo-log", copy.file(), "--count", 1).get(0))
                .endsWith("user ''  description 'undo " + UNDO + " " + CHANGE + "'");
    }

    @Test
    void undoesAnUndo() throws Exception {
        JsonNode done = JSON.readTree(String.join("\n", run("undo", copy.file(), UNDO, "--json")));
        run("undo", copy.file(), done.get("tid").textValue());
        assertThat(number()).isEqualTo(4);
    }

    @Test
    void saysInJsonWhatItDid() throws Exception {
        JsonNode done = JSON.readTree(String.join("\n", run("undo", copy.file(), UNDO, "--json")));
        JsonNode last = JSON.readTree(
                run("undo-log", copy.file(), "--count", 1, "--json").get(0));
        assertThat(done.get("tid")).isEqualTo(last.get("tid"));
        assertThat(done.get("time")).isEqualTo(last.get("time"));
        assertThat(done.get("undone").toString()).isEqualTo("[\"036c6b9137777777\"]");
        assertThat(done.get("oids").toString()).isEqualTo("[\"0000000000000171\"]");
    }

    @Test
    void storesWhoUndoesAndWhy() {
        run("undo", copy.file(), UNDO, "--user", "admin", "--description", "it was right");
        assertThat(run("undo-log", copy.file(), "--count", 1).get(0))
                .endsWith("user 'admin'  description 'it was right'");
    }

    @Test
    void namesTheObjectsThatAreInTheWay() throws Exception {
        byte[] before = Files.readAllBytes(copy.file());
        assertThat(Commands.run("undo", copy.file(), "0x036c6b912aaaaaaa")
                        .expect(ExitCode.CANNOT_UNDO)
                        .err())
                .startsWith("zrs: transaction 0x036c6b912aaaaaaa cannot be undone: oid 0x0171 ")
                .hasLineCount(1);
        assertThat(copy.file()).hasBinaryContent(before);
    }

    @Test
    void refusesATransactionThatIsNotThere() throws Exception {
        byte[] before = Files.readAllBytes(copy.file());
        assertThat(Commands.run("undo", copy.file(), UNDO, "0x1234")
                        .expect(ExitCode.CANNOT_UNDO)
                        .err())
                .startsWith("zrs: transaction 0x1234 cannot be undone: ")
                .hasLineCount(1);
        assertThat(copy.file()).hasBinaryContent(before);
    }

    @Test
    void refusesWhatWasPacked() throws Exception {
        GoldenCopy packed = GoldenCopy.of("py3-packed", Files.createDirectory(directory.resolve("packed")));
        String tid = JSON.readTree(run("tail", packed.file(), "-n", 1, "--json").get(0))
                .get("tid")
                .textValue();
        assertThat(Commands.run("undo", packed.file(), "--blobs", packed.blobs(), tid)
                        .expect(ExitCode.CANNOT_UNDO)
                        .err())
                .startsWith("zrs: transaction 0x" + tid + " cannot be undone: ");
    }

    @Test
    void saysThatThereIsNothingToUndo() throws Exception {
        String tid;
        try (FileStorage storage = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()));
                StorageTransaction transaction =
                        storage.capability(WritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
            transaction.vote();
            tid = transaction.tid().toString();
            transaction.finish();
        }
        byte[] before = Files.readAllBytes(copy.file());
        assertThat(Commands.run("undo", copy.file(), tid)
                        .expect(ExitCode.CANNOT_UNDO)
                        .err())
                .isEqualTo("zrs: nothing to undo: no object was changed by " + tid + "\n");
        assertThat(copy.file()).hasBinaryContent(before);
    }

    @Test
    void givesBackBlobs() throws Exception {
        GoldenCopy blobs = GoldenCopy.of("py3-variety", Files.createDirectory(directory.resolve("variety")));
        String undo = "0x036c6b91a6666666"; // gives back the blob that 0x036c6b91a2222222 has changed
        run("undo", blobs.file(), "--blobs", blobs.blobs(), undo);
        List<String> lines = run("dump", blobs.file(), "--blobs", blobs.blobs(), "--from", "0x036c6b91a2222222");
        String changed = lines.get(1).replaceAll(".*(blob of .*)", "$1");
        assertThat(changed).startsWith("blob of ");
        assertThat(lines.get(3)).doesNotContain(changed);
        assertThat(lines.get(5)).contains("as in 0x036c6b91a2222222").endsWith(changed);
    }

    @Test
    void asksForTheBlobsOfBlobs() throws Exception {
        GoldenCopy blobs = GoldenCopy.of("py3-variety", Files.createDirectory(directory.resolve("variety")));
        byte[] before = Files.readAllBytes(blobs.file());
        assertThat(Commands.run("undo", blobs.file(), "0x036c6b91a6666666")
                        .expect(ExitCode.USAGE)
                        .err())
                .startsWith(
                        "zrs: oid 0xec of transaction 0x036c6b91a6666666 is a blob: say by --blobs where the blobs are\n");
        assertThat(blobs.file()).hasBinaryContent(before);
    }

    @Test
    void keepsOutOfTheWayOfAWriter() throws Exception {
        try (FileStorage writer = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            assertThat(Commands.run("undo", copy.file(), UNDO)
                            .expect(ExitCode.LOCKED)
                            .err())
                    .startsWith("zrs: " + copy.file())
                    .hasLineCount(1);
            assertThat(writer.lastTransaction().toString()).isEqualTo(UNDO);
        }
    }

    @Test
    void refusesWhatIsNotToBeUnderstood() {
        assertThat(Commands.run("undo", copy.file()).expect(ExitCode.USAGE).err())
                .contains("TID");
        assertThat(Commands.run("undo", copy.file(), "yesterday")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'yesterday'");
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("undo", missing, UNDO)
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
    }

    private int number() {
        String out = String.join("\n", run("show", copy.file(), "/hist/n"));
        return Integer.parseInt(out.substring(out.lastIndexOf('\n') + 1));
    }

    private static List<String> run(Object... arguments) {
        return Commands.run(arguments).expect(ExitCode.OK).out().lines().toList();
    }
}
