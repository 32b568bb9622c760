package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found wrong with a copy: the judge of the other tests. */
class SiteTest {
    @TempDir
    private Path directory;

    private Site original;
    private Site copy;

    @BeforeEach
    void makeTheSameTwice() throws IOException {
        original = make("original");
        copy = make("copy");
        assertThat(copy.faults(original)).isEmpty();
    }

    @Test
    void seesAnotherByte() throws IOException {
        byte[] data = Files.readAllBytes(copy.file());
        data[data.length / 2] ^= 1;
        Files.write(copy.file(), data);
        assertThat(copy.faults(original)).singleElement().asString().endsWith(" at byte " + data.length / 2);
        assertThat(copy.sharesWith(original, data.length / 2)).isTrue();
        assertThat(copy.sharesWith(original, data.length / 2 + 1)).isFalse();
    }

    @Test
    void seesAnotherBlobOneTooFewAndOneTooMany() throws IOException {
        Path blob = blob();
        blob.toFile().setWritable(true);
        Files.write(blob, new byte[1], StandardOpenOption.APPEND);
        assertThat(copy.faults(original)).singleElement().asString().contains("differs");
        Files.move(blob, blob.resolveSibling("0x01.blob"));
        assertThat(copy.faults(original)).hasSize(2).anyMatch(fault -> fault.endsWith("0x01.blob is litter"));
        Files.delete(blob.resolveSibling("0x01.blob"));
        assertThat(copy.faults(original)).singleElement().asString().endsWith(" is missing");
    }

    @Test
    void seesLitter() throws IOException {
        Files.createFile(copy.temporary().resolve("left"));
        Files.createFile(copy.directory().resolve("Data.fs.tr0"));
        Files.createFile(copy.directory().resolve("Data.fs.index_tmp"));
        Files.createDirectory(copy.blobs().resolve("empty"));
        assertThat(copy.faults(original)).hasSize(4).allMatch(fault -> fault.endsWith(" is litter"));
    }

    @Test
    void tellsWhatIsCommitted() throws IOException {
        Site.Content before = copy.content();
        Files.write(copy.file(), new byte[50], StandardOpenOption.APPEND);
        assertThat(copy.content())
                .isEqualTo(new Site.Content(before.last(), before.size() + 50, before.committedSize()));
    }

    private Path blob() throws IOException {
        try (Stream<Path> entries = Files.walk(copy.blobs())) {
            return entries.filter(path -> path.toString().endsWith(".blob"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Site make(String name) throws IOException {
        Site site = new Site(Files.createDirectory(directory.resolve(name)));
        try (Storage storage = site.open()) {
            Workload workload = new Workload(storage, new Random(4));
            for (int i = 0; i < 10; i++) {
                workload.commit();
            }
        }
        return site;
    }
}
