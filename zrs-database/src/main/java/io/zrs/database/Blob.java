package io.zrs.database;

import com.google.common.collect.ImmutableSet;
import io.zrs.database.BlobChannel.Access;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes in a file of their own ({@code ZODB.blob.Blob}), one file for each revision.
 *
 * <p>What is written goes to an uncommitted file, which the next commit hands to the storage. Until then it may be written and read again, by one
 * writer or by many readers at a time; {@link Connection#abort} closes these and deletes the file. A blob that was committed without ever being
 * written has no file: reading it is a {@link PosKeyException}.
 *
 * <p>Methods throw {@link UncheckedIOException} if the disk fails, and {@link io.zrs.storage.StorageException} if the storage has no blobs; what the
 * blob held is there as before then.
 *
 * <p>Threading and further errors: as {@link Persistent}. Its channels and streams, too, are for the thread of the connection.
 *
 * <p>Source: ZODB, {@code blob.py}.
 */
public final class Blob implements Persistent {
    /** What becomes of the bytes that a blob has when it is opened for writing. */
    public enum WriteMode {
        /** They are dropped. */
        TRUNCATE(StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
        /** They stay where they are not written over. The channel begins at 0, and can also read. */
        UPDATE(StandardOpenOption.READ, StandardOpenOption.WRITE),
        /** They stay, and whatever is written goes to the end. */
        APPEND(StandardOpenOption.APPEND);

        private final ImmutableSet<StandardOpenOption> options;

        WriteMode(StandardOpenOption... options) {
            this.options = ImmutableSet.copyOf(options);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Blob.class);

    // A blob storage that is opened after a crash deletes temporary files with the first four characters.
    private static final String FILE_PREFIX = "zrs-uncommitted-";
    private static final String FILE_SUFFIX = ".blob";

    private final Persistence persistence;
    private final Set<BlobChannel> openChannels = new HashSet<>();
    private @Nullable Path uncommitted;
    /** Whether this is a new blob whose bytes went with the transaction that was to store them. */
    private boolean lost;

    /** A new one. */
    public Blob() {
        this(new PythonClass("ZODB.blob", "Blob"));
    }

    Blob(PythonClass pythonClass) {
        this.persistence = new Persistence(this, pythonClass, new Content());
    }

    /**
     * Opens the bytes for reading: what was written last, committed or not. A channel over committed bytes shows the same while it is open, wherever
     * the connection moves.
     *
     * @throws PosKeyException if this blob was never written: "No blob file"
     * @throws IllegalStateException if it is open for writing; or was never written, and is in no database either
     */
    public SeekableByteChannel open() {
        if (isOpenFor(Access.WRITE)) {
            throw new IllegalStateException("already open for writing: " + this);
        }
        if (uncommitted == null) {
            return new BlobChannel(openCommitted(), Access.READ_COMMITTED, openChannels);
        }
        try {
            return new BlobChannel(Files.newByteChannel(uncommitted), Access.READ_UNCOMMITTED, openChannels);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + this + ": " + e, e);
        }
    }

    /** As {@link #open()}. */
    public InputStream openStream() {
        return Channels.newInputStream(open());
    }

    /**
     * Opens the bytes for writing. If they are committed, and the mode keeps them, they are copied first.
     *
     * @throws IllegalStateException if the blob is open already
     */
    public SeekableByteChannel open(WriteMode mode) {
        checkNotOpen();
        persistence.changed();
        try {
            return openUncommitted(mode);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + this + ": " + e, e);
        }
    }

    /** As {@link #open(WriteMode)}. */
    public OutputStream openStream(WriteMode mode) {
        return Channels.newOutputStream(open(mode));
    }

    /**
     * Makes a file the bytes of this blob: moves it, or copies and deletes it if it lies on another file system. If that fails, it stays.
     *
     * @throws IllegalArgumentException if {@code file} is no regular file
     * @throws IllegalStateException if the blob is open
     */
    public void consume(Path file) {
        checkNotOpen();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("no file: " + file);
        }
        persistence.changed();
        try {
            Path taken = createFile();
            Path obsolete = taken;
            try {
                Files.move(file, taken, StandardCopyOption.REPLACE_EXISTING);
                obsolete = uncommitted;
                written(taken);
            } finally {
                delete(obsolete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + file + " to " + this + ": " + e, e);
        }
    }

    /**
     * The file of the committed bytes, never to be changed. It stays until the revision is packed away.
     *
     * @throws PosKeyException if this blob was never written: "No blob file"
     * @throws IllegalStateException if there are uncommitted changes, or the blob is in no database
     */
    public Path committed() {
        if (uncommitted != null) {
            throw new IllegalStateException("has uncommitted changes: " + this);
        }
        BlobCapable blobs = blobs();
        return blobs.loadBlob(persistence.attachedOid(), serial());
    }

    /**
     * Closes whatever reads or writes uncommitted bytes, and deletes them: for a new blob that is not wanted after all.
     *
     * @throws IllegalStateException if the blob is in a database: {@link Connection#abort} does this for all of them
     */
    public void discard() {
        if (persistence.connection().isPresent()) {
            throw new IllegalStateException("belongs to a connection, which can be aborted: " + this);
        }
        dropUncommitted();
        lost = false;
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /** Class and oid, for example {@code <ZODB.blob.Blob 0x02>}; nothing is loaded. */
    @Override
    public String toString() {
        return PythonRepr.nameOf(this);
    }

    /**
     * The file to store, which becomes the storage's; null if nothing was written.
     *
     * @throws IllegalStateException if what was written is still open, or was lost
     */
    @Nullable
    Path fileToCommit() {
        if (isOpenFor(Access.WRITE) || isOpenFor(Access.READ_UNCOMMITTED)) {
            throw new IllegalStateException("cannot be committed while it is open: " + this);
        }
        checkNotLost();
        return uncommitted;
    }

    /** The storage has taken the file. */
    void stored() {
        uncommitted = null;
    }

    /** The transaction is given up. */
    void aborted() {
        lost |= uncommitted != null && isNew();
        dropUncommitted();
    }

    private SeekableByteChannel openUncommitted(WriteMode mode) throws IOException {
        Path file = uncommitted == null ? createFile() : uncommitted;
        try {
            if (uncommitted == null && mode != WriteMode.TRUNCATE) {
                copyCommitted(file);
            }
            SeekableByteChannel channel = Files.newByteChannel(file, mode.options);
            written(file);
            return new BlobChannel(channel, Access.WRITE, openChannels);
        } finally {
            if (!file.equals(uncommitted)) {
                delete(file);
            }
        }
    }

    private void copyCommitted(Path file) throws IOException {
        checkNotLost();
        if (isNew()) {
            return;
        }
        try (InputStream from = Channels.newInputStream(openCommitted());
                OutputStream to = Files.newOutputStream(file)) {
            from.transferTo(to);
        } catch (PosKeyException e) {
            // It was committed, but never written: there is nothing to keep.
        }
    }

    private SeekableByteChannel openCommitted() {
        BlobCapable blobs = blobs();
        return blobs.openBlob(persistence.attachedOid(), serial());
    }

    private BlobCapable blobs() {
        checkNotLost();
        return persistence
                .connection()
                .orElseThrow(() -> new IllegalStateException("was never written, and is in no database: " + this))
                .database()
                .blobs();
    }

    private Path createFile() throws IOException {
        Optional<Connection> connection = persistence.connection();
        return connection.isEmpty()
                ? Files.createTempFile(FILE_PREFIX, FILE_SUFFIX)
                : Files.createTempFile(
                        connection.get().database().blobs().temporaryDirectory(), FILE_PREFIX, FILE_SUFFIX);
    }

    private void written(Path file) {
        uncommitted = file;
        lost = false;
    }

    /** Goes on if the disk fails: an abort must not stop half-way, and what stays is a temporary file. */
    private void dropUncommitted() {
        for (BlobChannel channel : Set.copyOf(openChannels)) {
            if (channel.access() != Access.READ_COMMITTED) {
                tryTo(channel);
            }
        }
        Path file = uncommitted;
        uncommitted = null;
        tryTo(() -> delete(file));
    }

    private void tryTo(Closeable action) {
        try {
            action.close();
        } catch (IOException e) {
            LOG.warn("{}: cannot clean up what was written", this, e);
        }
    }

    private static void delete(@Nullable Path file) throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private boolean isNew() {
        return persistence.knownSerial().equals(Tid.NONE);
    }

    private boolean isOpenFor(Access access) {
        return openChannels.stream().anyMatch(channel -> channel.access() == access);
    }

    private void checkNotOpen() {
        if (!openChannels.isEmpty()) {
            throw new IllegalStateException(
                    "already open for " + (isOpenFor(Access.WRITE) ? "writing: " : "reading: ") + this);
        }
    }

    private void checkNotLost() {
        if (lost) {
            throw new IllegalStateException(
                    "what was written is lost since its transaction was aborted: write again to " + this);
        }
    }

    private static final class Content implements State {
        @Override
        public void read(PickleValue state, ValueReader values) throws UnreadableStateException {
            if (state != PickleValue.None.NONE) {
                throw new UnreadableStateException("its state is not None: " + state);
            }
        }

        @Override
        public PickleValue write(ValueWriter values) {
            return PickleValue.None.NONE;
        }

        @Override
        public void forget() {
            // The bytes are in files.
        }
    }
}
