package io.zrs.server;

import io.zrs.blob.BlobDirectory;
import io.zrs.blob.BlobRevision;
import io.zrs.filestorage.FileStorageVerifier;
import io.zrs.filestorage.FileStorageVerifier.Summary;
import io.zrs.server.Findings.Kind;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a data file, that each blob revision has its file and each blob file its revision, and that each reference leads to an object.
 *
 * <p>Threading: confined to one thread.
 */
final class Verification implements FileStorageVerifier.Listener {
    private final Path file;
    private final @Nullable BlobDirectory blobs;
    private final Findings findings;
    private final Progress progress;
    private final BlobRevisions revisions = new BlobRevisions();
    private final OidSet oids = new OidSet();
    private long missingBlobs;
    private long orphanedBlobs;

    /**
     * A verification that has not begun.
     *
     * @param blobs null if there are none, or nobody wants to know
     */
    Verification(Path file, @Nullable BlobDirectory blobs, Findings findings, Progress progress) {
        this.file = file;
        this.blobs = blobs;
        this.findings = findings;
        this.progress = progress;
    }

    /**
     * Verifies all.
     *
     * @return number of findings
     */
    long run() throws IOException {
        long sizeBefore = Files.size(file);
        Summary summary = FileStorageVerifier.verify(file, this);
        if (blobs != null) {
            checkNoFileIsLeft(blobs, summary.lastTransaction(), sizeBefore);
        } else if (revisions.count() > 0) {
            findings.add(
                    Kind.NOTE,
                    file.toString(),
                    "there are blobs, and nobody has looked for their files, as --blobs was not given");
        }
        ReferenceCheck.Counts references =
                new ReferenceCheck(file, findings, progress).run(oids, summary.lastTransaction());
        return findings.finish(
                summary, new Findings.BlobCounts(revisions.count(), missingBlobs, orphanedBlobs), references);
    }

    @Override
    public void finding(long offset, String text) {
        findings.add(Kind.FINDING, file.toString(), offset, text);
    }

    @Override
    public void note(long offset, String text) {
        findings.add(Kind.NOTE, file.toString(), offset, text);
    }

    @Override
    public void record(long offset, Oid oid, Tid tid, char status, boolean isBlob) {
        oids.add(oid.value());
        // What is stored through ZEO has each blob record twice.
        if (isBlob && !revisions.contains(new BlobRevision(oid, tid))) {
            revisions.add(oid, tid);
            if (blobs != null) {
                checkBlob(blobs.path(oid, tid), offset);
            }
        }
    }

    @Override
    public void progress(long bytesDone, long bytesTotal) {
        progress.show("verifying " + file, bytesDone, bytesTotal);
    }

    private void checkBlob(Path blob, long offset) {
        if (!Files.exists(blob)) {
            missingBlobs++;
            findings.add(Kind.FINDING, file.toString(), offset, "the blob " + blob + " is not there");
        } else if (!Files.isRegularFile(blob)) {
            findings.add(Kind.FINDING, blob.toString(), "the blob is no regular file");
        } else {
            checkReadable(blob);
        }
    }

    private void checkReadable(Path blob) {
        try (SeekableByteChannel channel = Files.newByteChannel(blob)) {
            long size = channel.size();
            if (size > 0 && channel.position(size - 1).read(ByteBuffer.allocate(1)) != 1) {
                findings.add(Kind.FINDING, blob.toString(), "the blob has no byte at its end, " + (size - 1));
            }
        } catch (IOException e) {
            findings.add(Kind.FINDING, blob.toString(), "the blob cannot be read: " + FailureReport.text(e));
        }
    }

    private void checkNoFileIsLeft(BlobDirectory directory, Tid last, long sizeBefore) throws IOException {
        boolean isGrowing = Files.size(file) != sizeBefore;
        directory.walk(revision -> {
            if (revisions.contains(revision)) {
                return;
            }
            boolean isNewer = isGrowing && revision.tid().compareTo(last) > 0;
            orphanedBlobs += isNewer ? 0 : 1;
            findings.add(
                    isNewer ? Kind.NOTE : Kind.FINDING,
                    directory.path(revision.oid(), revision.tid()).toString(),
                    isNewer ? "a blob of a transaction that came meanwhile" : "a blob of no transaction");
        });
        noteTemporaryFiles(directory.root().resolve("tmp"));
    }

    private void noteTemporaryFiles(Path temporary) throws IOException {
        if (!Files.isDirectory(temporary)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
            for (Path entry : entries) {
                findings.add(Kind.NOTE, entry.toString(), "a temporary file, in use or left over");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
