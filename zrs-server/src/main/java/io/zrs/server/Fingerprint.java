package io.zrs.server;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.zrs.blob.BlobDirectory;
import io.zrs.blob.BlobRevision;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What tells whether two storages hold the same bytes.
 *
 * <p>Threading: immutable.
 *
 * @param file of the data file
 * @param blobCount number of blob files
 * @param blobSize bytes in all of them
 * @param blobDigest SHA-256 over oid, tid, size and SHA-256 of each, in order, in hexadecimal
 */
record Fingerprint(Contents file, long blobCount, long blobSize, String blobDigest) {
    /** Reads everything. */
    static Fingerprint of(Path dataFile, Path blobs) throws IOException {
        BlobDirectory directory = BlobDirectory.open(blobs);
        List<BlobRevision> revisions = new ArrayList<>();
        directory.walk(revisions::add);
        revisions.sort(Comparator.comparing(BlobRevision::oid).thenComparing(BlobRevision::tid));
        Hasher hasher = Hashing.sha256().newHasher();
        long size = 0;
        for (BlobRevision revision : revisions) {
            Contents contents = contents(directory.path(revision.oid(), revision.tid()));
            size += contents.size();
            hasher.putLong(revision.oid().value())
                    .putLong(revision.tid().value())
                    .putLong(contents.size())
                    .putString(contents.sha256(), StandardCharsets.US_ASCII);
        }
        return new Fingerprint(
                contents(dataFile), revisions.size(), size, hasher.hash().toString());
    }

    private static Contents contents(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return Contents.of(channel);
        }
    }
}
