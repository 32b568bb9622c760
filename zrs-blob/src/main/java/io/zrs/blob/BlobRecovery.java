package io.zrs.blob;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts right what a crash left behind. It reads the temporary directory and nothing else: each final name that may have to go has a
 * marker there.
 *
 * <p>It may itself be cut short at any instant and begun again: a marker goes last.
 *
 * <p>Threading: confined to the thread that opens the storage.
 */
final class BlobRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(BlobRecovery.class);

    private final BlobDirectory directory;
    private final BlobDisk disk;
    private final BlobPlacement placement;
    private final List<UncommittedBlob> marked = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();

    BlobRecovery(BlobDirectory directory, BlobDisk disk, BlobPlacement placement) {
        this.directory = directory;
        this.disk = disk;
        this.placement = placement;
    }

    /** Leaves the files of committed revisions, and none of our own besides. */
    void run() throws IOException {
        list();
        Set<Path> changed = new LinkedHashSet<>();
        for (UncommittedBlob blob : marked) {
            decide(blob, changed);
        }
        disk.forceDirectories(changed);
        for (Path leftover : leftovers) {
            disk.delete(leftover);
        }
        for (UncommittedBlob blob : marked) {
            disk.delete(blob.marker());
        }
        if (!marked.isEmpty() || !leftovers.isEmpty()) {
            LOG.info(
                    "{}: decided on {} blobs after a crash, deleted {} temporary files",
                    directory.root(),
                    marked.size(),
                    leftovers.size());
        }
    }

    private void list() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.temporaryDirectory())) {
            for (Path entry : entries) {
                String name = directory.temporaryDirectory().relativize(entry).toString();
                UncommittedBlob.ofMarker(directory, name).ifPresentOrElse(marked::add, () -> addLeftover(entry, name));
            }
        }
    }

    private void addLeftover(Path entry, String name) {
        // What the Python secondary leaks when its connection breaks in a blob. Other files may be in use by other
        // programs.
        boolean python = name.startsWith("secondary") && name.endsWith("blob");
        if ((python || name.startsWith(UncommittedBlob.PREFIX)) && Files.isRegularFile(entry)) {
            leftovers.add(entry);
        }
    }

    private void decide(UncommittedBlob blob, Set<Path> changed) throws IOException {
        if (!placement.isCommitted(blob.revision())) {
            disk.deleteWithEmptyDirectories(blob.file(), directory.root(), changed);
        } else if (!Files.exists(blob.file()) && Files.exists(blob.data())) {
            // Only where directories cannot be forced: the move was lost, the transaction was not.
            placement.move(blob, changed);
            disk.force(blob.file());
        }
    }
}
