package io.zrs.blob;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code .removed} of a blob directory: the blobs that a pack, which may or may not have taken effect, removes from the records.
 *
 * <pre>
 * removed  := (revision | object)*
 * revision := oid:16 hex digits, tid:16 hex digits, newline
 * object   := oid:16 hex digits, newline                       all revisions; Python writes it, we do not
 * </pre>
 *
 * <p>What lies under a final name is only deleted if the base storage does not have that revision, so a line can be damaged, out of date or wrong
 * without harm. One that cannot be read, as a crash leaves it, is passed over with a warning.
 *
 * <p>Threading: needs outside synchronisation. Source: ZODB, {@code FileStorage/fspack.py}.
 */
final class RemovedBlobs {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedBlobs.class);
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{16})([0-9a-f]{16})?");
    private static final int LINE_DIGITS = 32;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final BlobDirectory directory;
    private final BlobDisk disk;
    private final Path file;

    /** Takes what is read. */
    interface Handler {
        /**
         * One line.
         *
         * @param tid null for all revisions
         */
        void removed(Oid oid, @Nullable Tid tid) throws IOException;
    }

    RemovedBlobs(BlobDirectory directory, BlobDisk disk) {
        this.directory = directory;
        this.disk = disk;
        this.file = directory.root().resolve(".removed");
    }

    /** Whether there is a file, whatever it holds. */
    boolean exists() {
        return Files.exists(file);
    }

    /** Creates the file, which must not exist. */
    Writer create() throws IOException {
        return new Writer(disk.create(file));
    }

    /** Passes on each line, in order. */
    void read(Handler handler) throws IOException {
        long unreadable = 0;
        StringBuilder line = new StringBuilder();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c != '\n') {
                    // One too many is enough to know.
                    line.append(line.length() > LINE_DIGITS ? "" : (char) c);
                } else {
                    unreadable += pass(line.toString(), handler) ? 0 : 1;
                    line.setLength(0);
                }
            }
        }
        // A line without an end may be a part of another one.
        unreadable += line.isEmpty() ? 0 : 1;
        if (unreadable > 0) {
            LOG.warn("{}: {} lines cannot be read; the files that they named stay", file, unreadable);
        }
    }

    /** Deletes the file, if it exists. */
    void delete() throws IOException {
        disk.delete(file);
    }

    private static boolean pass(String line, Handler handler) throws IOException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        String tid = matcher.group(2);
        handler.removed(Oid.parse(matcher.group(1)), tid == null ? null : Tid.parse(tid));
        return true;
    }

    /** Writes the file. */
    final class Writer implements AutoCloseable {
        private final FileChannel channel;
        private final OutputStream out;
        private long count;

        private Writer(FileChannel channel) {
            this.channel = channel;
            this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
        }

        /** Appends a line. */
        void add(BlobRevision revision) throws IOException {
            String line = revision.oid().toHex() + revision.tid().toHex() + "\n";
            out.write(line.getBytes(StandardCharsets.US_ASCII));
            count++;
        }

        /** Lines so far. */
        long count() {
            return count;
        }

        /** Makes all lines durable, and the file's name. */
        void force() throws IOException {
            out.flush();
            disk.force(file);
            disk.forceDirectory(directory.root());
        }

        /** Frees the file; lines that were not forced may be missing. */
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
