package io.zrs.lab.simulator;

import io.zrs.blob.BlobDirectory;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What lies on the disk of a machine that was stopped in order, and should not.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Leftovers {
    private static final Set<String> FILES = Set.of("Data.fs", "Data.fs.index", "blobs");
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private Leftovers() {}

    static void check(Machine machine) throws IOException {
        List<String> litter = new ArrayList<>();
        Path site = machine.dataFile().resolveSibling("");
        for (String name : names(site)) {
            if (!FILES.contains(name) && !name.startsWith("Data.fs.tr")) {
                litter.add(name);
            }
        }
        Path blobs = site.resolve("blobs");
        if (Files.exists(blobs.resolve(".removed"))) {
            litter.add("blobs/.removed");
        }
        names(blobs.resolve("tmp")).stream()
                .filter(name -> !name.startsWith("lab-"))
                .forEach(name -> litter.add("blobs/tmp/" + name));
        addBlobsWithoutRecord(machine, blobs, litter);
        if (!litter.isEmpty()) {
            throw new Violation(machine + " leaves behind " + litter);
        }
    }

    private static void addBlobsWithoutRecord(Machine machine, Path blobs, List<String> litter) {
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withMode(Mode.READ_ONLY);
        try (Storage storage = FileStorage.open(machine.dataFile(), options)) {
            if (!storage.lastTransaction().equals(machine.acknowledged().tid())) {
                throw new Violation(machine + " ended with " + machine.acknowledged() + ", and has "
                        + storage.lastTransaction() + " when it is opened for reading");
            }
            BlobDirectory.open(blobs).walk(revision -> {
                try {
                    storage.loadSerial(revision.oid(), revision.tid());
                } catch (PosKeyException e) {
                    litter.add("the blob of oid " + revision.oid() + ", tid " + revision.tid());
                }
            });
        }
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(directory.relativize(entry).toString()));
        }
        return names;
    }
}
