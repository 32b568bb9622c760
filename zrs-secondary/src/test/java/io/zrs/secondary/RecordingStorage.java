package io.zrs.secondary;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.CommitListener;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.WritableStorage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Notes what is restored, as it was given, and fails when it is told to. */
final class RecordingStorage implements Storage, BlobRestorableStorage, BlobCapable {
    /** Further capabilities. */
    final Map<Class<?>, Object> more = new HashMap<>();

    /** A record as it was restored. */
    record Revision(
            Oid oid,
            Tid serial,
            String data,
            @Nullable Tid dataTid,
            @Nullable String blob) {}

    /** A transaction as it was restored. */
    record Transaction(TransactionHeader header, PickleDialect dialect, List<Revision> revisions) {}

    /** What may go wrong, if a test wants it to: each is called before the step that it is named after. */
    Runnable beforeBegin = () -> {};

    Runnable beforeRestore = () -> {};
    Runnable beforeForce = () -> {};

    final List<Transaction> visible = new CopyOnWriteArrayList<>();
    private final List<Transaction> finished = new ArrayList<>();
    private final Map<Oid, Revision> current = new HashMap<>();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Tid last = Tid.NONE;
    int forceCount;
    int openTransactions;
    int openBlobs;
    boolean closed;

    @Override
    public BlobRestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
        checkOpen();
        beforeBegin.run();
        Tid newest = finished.isEmpty()
                ? last
                : finished.get(finished.size() - 1).header().tid();
        if (header.tid().compareTo(newest) <= 0) {
            throw new StaleTidException(header.tid(), newest);
        }
        openTransactions++;
        return new Restoring(header, dialect);
    }

    @Override
    public void force() {
        checkOpen();
        beforeForce.run();
        forceCount++;
        for (Transaction transaction : finished) {
            visible.add(transaction);
            transaction.revisions().forEach(revision -> current.put(revision.oid(), revision));
            listeners.forEach(listener -> listener.committed(committed(transaction)));
            last = transaction.header().tid();
        }
        finished.clear();
    }

    private static CommittedTransaction committed(Transaction transaction) {
        return new CommittedTransaction() {
            @Override
            public Tid tid() {
                return transaction.header().tid();
            }

            @Override
            public Iterable<Oid> oids() {
                return transaction.revisions().stream().map(Revision::oid).toList();
            }
        };
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /** The tids that can be read. */
    List<Tid> tids() {
        return visible.stream().map(transaction -> transaction.header().tid()).toList();
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Tid lastTransaction() {
        checkOpen();
        return last;
    }

    @Override
    public long objectCount() {
        return current.size();
    }

    @Override
    public long sizeInBytes() {
        return 0;
    }

    @Override
    public ObjectRevision load(Oid oid) {
        Revision revision = current.get(oid);
        if (revision == null) {
            throw new PosKeyException(oid, null, "no such object");
        }
        return new ObjectRevision(bytes(revision.data()), revision.serial(), null);
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        ObjectRevision revision = load(oid);
        return revision.tid().compareTo(tid) < 0 ? revision : null;
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        return load(oid).data();
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        boolean offered = type == RestorableStorage.class
                || type == BlobRestorableStorage.class
                || type == BlobCapable.class
                || type == WritableStorage.class;
        if (more.containsKey(type)) {
            return Optional.of(type.cast(more.get(type)));
        }
        return offered && type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Path loadBlob(Oid oid, Tid tid) {
        throw new PosKeyException(oid, tid, "No blob file");
    }

    @Override
    public SeekableByteChannel openBlob(Oid oid, Tid tid) {
        throw new PosKeyException(oid, tid, "No blob file");
    }

    @Override
    public Path temporaryDirectory() {
        return Path.of("none");
    }

    static String text(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return "";
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private final class Restoring implements BlobRestoreTransaction {
        private final Transaction transaction;
        private boolean voted;
        private boolean ended;

        Restoring(TransactionHeader header, PickleDialect dialect) {
            transaction = new Transaction(header, dialect, new ArrayList<>());
        }

        @Override
        public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
            beforeRestore.run();
            transaction.revisions().add(new Revision(oid, serial, text(data), dataTid, null));
        }

        @Override
        public BlobSink restoreBlob(Oid oid, Tid serial, ByteBuffer data, @Nullable Tid dataTid) {
            openBlobs++;
            String record = text(data);
            return new BlobSink() {
                private final ByteArrayOutputStream blob = new ByteArrayOutputStream();
                private boolean over;

                @Override
                public void write(ByteBuffer bytes) {
                    beforeRestore.run();
                    blob.writeBytes(bytes(text(bytes)));
                }

                @Override
                public void complete() {
                    transaction
                            .revisions()
                            .add(new Revision(oid, serial, record, dataTid, text(ByteBuffer.wrap(blob.toByteArray()))));
                    close();
                }

                @Override
                public void close() {
                    if (!over) {
                        over = true;
                        openBlobs--;
                    }
                }
            };
        }

        @Override
        public void vote() {
            voted = true;
        }

        @Override
        public void finish() {
            if (!voted) {
                throw new IllegalStateException("vote first");
            }
            finished.add(transaction);
            end();
        }

        @Override
        public void close() {
            end();
        }

        private void end() {
            if (!ended) {
                ended = true;
                openTransactions--;
            }
        }
    }
}
