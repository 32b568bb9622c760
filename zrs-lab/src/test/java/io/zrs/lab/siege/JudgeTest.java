package io.zrs.lab.siege;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.lab.Site;
import io.zrs.lab.siege.Judge.Kind;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found wrong with a storage that somebody has meddled with. */
class JudgeTest {
    private static final int COMMITS = 30;

    @TempDir
    private Path directory;

    private final List<String> journal = new ArrayList<>();
    private Site site;
    private Chronicle chronicle;
    private Judge judge;

    @BeforeEach
    void commitSome() throws IOException {
        site = new Site(Files.createDirectory(directory.resolve("site")));
        Subjects.create(site);
        chronicle = new Chronicle(directory.resolve("journal"));
        judge = new Judge(chronicle, false);
        judge.trust(site);
        commit();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws IOException {
        assertThat(faults()).isEmpty();
        assertThat(judge.compared()).isGreaterThan(COMMITS);
        assertThat(chronicle.acknowledged()).isEqualTo(COMMITS);
    }

    @Test
    void findsNothingInAPrefix() throws IOException {
        Site.Content content = site.content();
        try (RandomAccessFile file = new RandomAccessFile(site.file().toFile(), "rw")) {
            file.setLength(content.size() - 50);
        }
        assertThat(site.content().last()).isLessThan(content.last());
        assertThat(faults()).isEmpty();
        chronicle.read();
        assertThat(judge.faultsOfPrimary(site))
                .singleElement()
                .asString()
                .contains(" ends with ", " but " + content.last() + " was committed to it");
    }

    @Test
    void seesAnotherByteInARecord() throws IOException {
        byte[] data = Files.readAllBytes(site.file());
        String record = "dataB";
        int place = new String(data, StandardCharsets.ISO_8859_1).lastIndexOf(record) + record.length() + Integer.BYTES;
        data[place] ^= 1;
        Files.write(site.file(), data);
        assertThat(faults()).singleElement().asString().contains(" has ", ", not ");
    }

    @Test
    void seesAnotherBlobAndOneThatIsGone() throws IOException {
        Path blob = blob();
        blob.toFile().setWritable(true);
        Files.write(blob, new byte[1], StandardOpenOption.APPEND);
        assertThat(faults()).singleElement().asString().contains("+", ", not ");
        Files.delete(blob);
        assertThat(faults()).singleElement().asString().contains("+no-blob for oid");
    }

    @Test
    void forgivesPythonEmptyBlobsOnly() throws IOException {
        Path blob = blob();
        boolean isEmpty = Files.size(blob) == 0;
        Files.delete(blob);
        chronicle.read();
        assertThat(judge.faults(site, Kind.PYTHON)).hasSize(isEmpty ? 0 : 1);
        deleteEmptyBlobs();
        assertThat(judge.faults(site, Kind.PYTHON)).hasSize(isEmpty ? 0 : 1);
        assertThat(judge.faults(site, Kind.JAVA)).hasSizeGreaterThan(1);
    }

    @Test
    void seesATransactionThatIsMissingInBetween() throws IOException {
        chronicle.read();
        chronicle.adopt(
                chronicle.commits().firstKey().next(),
                chronicle.commits().lastEntry().getValue());
        assertThat(faults()).singleElement().asString().endsWith(" is missing");
    }

    @Test
    void seesATransactionThatNobodyBegan() throws IOException {
        chronicle.read();
        chronicle.commits().remove(chronicle.last());
        assertThat(faults()).singleElement().asString().endsWith(" was never begun");
    }

    @Test
    void takesWhatWasBegunAndMayHaveEnded() throws IOException {
        journal.remove(journal.size() - 1); // who was killed could not say that it was done
        write();
        assertThat(faults()).isEmpty();
        int known = chronicle.commits().size();
        assertThat(judge.faultsOfPrimary(site)).isEmpty();
        assertThat(chronicle.commits()).hasSize(known + 1);
        assertThat(chronicle.last()).isEqualTo(site.content().last());
    }

    @Test
    void knowsWhatAPackMayTake() throws IOException {
        try (Storage storage = site.open(Clock.systemUTC())) {
            storage.capability(Packable.class)
                    .orElseThrow()
                    .pack(storage.lastTransaction(), Garbage.COLLECT, PackListener.NONE);
        }
        assertThat(faults())
                .isNotEmpty()
                .allMatch(fault -> fault.endsWith(" is missing") || fault.contains(" records, not "));
        Judge ofPacked = new Judge(chronicle, true);
        assertThat(ofPacked.faults(site, Kind.JAVA)).isEmpty();
        Files.delete(blob());
        assertThat(ofPacked.faults(site, Kind.JAVA))
                .hasSize(2) // as a record, and as what is there now
                .allMatch(fault -> fault.contains("no-blob"));
    }

    @Test
    void seesAnObjectThatIsNotTheLastOneInWhatIsPacked() throws IOException {
        chronicle.read();
        Judge ofPacked = new Judge(chronicle, true);
        assertThat(ofPacked.faults(site, Kind.JAVA)).isEmpty();
        chronicle.adopt(site.content().last(), chronicle.commits().firstEntry().getValue());
        assertThat(ofPacked.faults(site, Kind.JAVA)).anyMatch(fault -> fault.contains(": oid 0x00 is "));
    }

    @Test
    void doesNotExpectASnapshotBeforeTheTimeOfAPack() throws IOException {
        Judge ofPacked = new Judge(chronicle, true);
        journal.add(Chronicle.packing(site.content().last().next()));
        write();
        chronicle.read();
        chronicle.adopt(site.content().last(), chronicle.commits().firstEntry().getValue());
        assertThat(ofPacked.faults(site, Kind.JAVA)).isNotEmpty().noneMatch(fault -> fault.contains(": oid "));
    }

    private List<String> faults() throws IOException {
        chronicle.read();
        return judge.faults(site, Kind.JAVA);
    }

    private void commit() throws IOException {
        try (Storage storage = site.open(Clock.systemUTC())) {
            Committer committer =
                    new Committer(0, storage, Subjects.of(storage), new SplittableRandom(5), journal::add);
            for (int i = 0; i < COMMITS; i++) {
                committer.commit();
            }
        }
        write();
    }

    private void write() throws IOException {
        Files.writeString(directory.resolve("journal"), String.join("\n", journal) + "\ntry 1 0x");
    }

    /** The last one. */
    private Path blob() throws IOException {
        return blobs().get(blobs().size() - 1);
    }

    private void deleteEmptyBlobs() throws IOException {
        for (Path blob : blobs()) {
            if (Files.size(blob) == 0) {
                Files.delete(blob);
            }
        }
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> entries = Files.walk(site.blobs())) {
            return entries.filter(path -> path.toString().endsWith(".blob"))
                    .sorted()
                    .toList();
        }
    }
}
