package io.zrs.database;

import io.zrs.database.Persistence.Status;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A view of a database: one consistent snapshot, and the changes made here that are not committed yet.
 *
 * <p>All objects are seen as they were at one moment, however many transactions others commit meanwhile, until {@link #sync}, {@link #commit} or
 * {@link #abort} moves on to what is newest then. For an oid there is one Java object. Of objects that were not used for long the state is dropped, and
 * loaded again when it is needed: on a connection that only reads at any time; else between transactions, and that of BTrees, which cannot be changed,
 * at any time. So keep the {@link Persistent} objects rather than lists or dictionaries out of them.
 *
 * <p>Threading: for one thread at a time, with all its objects.
 *
 * <p>Source: ZODB, {@code Connection.py}.
 */
public final class Connection implements AutoCloseable {
    private final Database database;
    private final Storage storage;
    private final @Nullable WritableStorage writable;
    private final @Nullable Invalidations invalidations;
    private final RecordReader records = new RecordReader();
    private final ObjectCache cache = new ObjectCache();
    /** Those whose state may be dropped at any time. */
    private final LoadedObjects anytime;
    /** Those whose state is dropped between transactions: the application may have changed it inside, and not have said so yet. */
    private final LoadedObjects betweenTransactions;

    private final Set<Persistence> changed = new LinkedHashSet<>();
    private final Map<Persistence, Tid> readCurrent = new LinkedHashMap<>();
    private @Nullable Spellings spellings;
    private Tid before;
    private boolean commitFailed;
    private boolean closed;

    /**
     * A connection.
     *
     * @param writable null to read only
     * @param invalidations null to stay at one snapshot
     */
    Connection(
            Database database, Tid before, @Nullable WritableStorage writable, @Nullable Invalidations invalidations) {
        this.database = database;
        this.storage = database.storage();
        this.before = before;
        this.writable = writable;
        this.invalidations = invalidations;
        DatabaseOptions options = database.options();
        this.anytime = new LoadedObjects(options.cacheCountMax(), options.cacheSizeMax());
        this.betweenTransactions = new LoadedObjects(options.cacheCountMax(), options.cacheSizeMax());
    }

    /** The database. */
    public Database database() {
        return database;
    }

    /** Transactions before this tid are seen. */
    public Tid before() {
        return before;
    }

    /** Whether nothing can be committed here. */
    public boolean isReadOnly() {
        return writable == null;
    }

    /**
     * The root object.
     *
     * @throws UnreadableObjectException if it is no mapping
     */
    public PersistentMapping root() {
        if (object(Oid.ROOT) instanceof PersistentMapping root) {
            return root;
        }
        throw unreadable(Oid.ROOT, before, new UnreadableStateException("the root object is no mapping"));
    }

    /**
     * The object with an oid: a {@link Persistent}, or what the application has registered for its class.
     *
     * @throws PosKeyException if there is none
     * @throws UnreadableObjectException if its record makes no sense
     */
    public Object get(Oid oid) {
        return database.options().types().toApplication(object(oid));
    }

    /**
     * Gives a new object an oid, and has the next commit write it even if nothing refers to it. One that is in this connection already stays as it is.
     *
     * @param object a {@link Persistent}, or of a type that the application has registered
     * @throws IllegalArgumentException if it is no such object, or belongs to another connection
     * @throws ReadOnlyException if nothing can be committed here
     */
    public void add(Object object) {
        checkOpen();
        if (writable == null) {
            throw readOnly();
        }
        Persistent persistent = database.options()
                .types()
                .toPersistent(object)
                .orElseThrow(() -> new IllegalArgumentException("not a persistent object: " + object.getClass()));
        Persistence persistence = persistent.persistence();
        if (persistence.connection().isEmpty()) {
            Oid oid = writable.newOid();
            persistence.attachNew(this, oid);
            cache.put(oid, persistent);
            changed.add(persistence);
        }
        checkMine(persistence);
    }

    /**
     * Has the next commit depend on an object that it may not write: if it writes anything, and somebody else has changed the object since, it fails. Use it where
     * what is written follows from what was read: each transaction alone would be right, but not both. {@link #sync} and {@link #abort} revoke it.
     *
     * @throws IllegalArgumentException if the object is not in this connection
     */
    public void readCurrent(Persistent object) {
        checkOpen();
        Persistence persistence = object.persistence();
        checkMine(persistence);
        Tid serial = persistence.serial();
        if (!serial.equals(Tid.NONE)) {
            readCurrent.put(persistence, serial);
        }
    }

    /**
     * Moves on to what is committed now. Nothing happens on a connection to a moment of the past.
     *
     * @throws IllegalStateException if there are changes here: {@link #commit} or {@link #abort} first
     */
    public void sync() {
        checkOpen();
        if (!changed.isEmpty() || commitFailed) {
            throw new IllegalStateException("there are changes that were neither committed nor aborted");
        }
        moveOn();
    }

    /** {@linkplain #commit(TransactionMetadata) Commits} without saying who or why. */
    public Optional<Tid> commit() {
        return commit(TransactionMetadata.EMPTY);
    }

    /**
     * Writes all changes in one transaction, durably, then moves on to what is committed now. New objects that changed ones refer to are written, too.
     *
     * <p>If somebody else has changed one of the objects meanwhile, the storage may be able to merge both changes ({@link
     * io.zrs.storage.ConflictResolver}): the object is then seen here with both of them.
     *
     * @return the new transaction; nothing if there was nothing to write
     * @throws io.zrs.storage.ConflictException if somebody else has changed one of the objects meanwhile and the changes cannot be merged, or one for which
     *     {@link #readCurrent} was called
     * @throws PosKeyException if somebody else has deleted one for which {@link #readCurrent} was called
     * @throws IllegalArgumentException if an object holds what cannot be stored
     * @throws IllegalStateException if a blob is open, or the last commit failed and was not aborted. After this or any other exception nothing is
     *     stored, and {@link #abort} must come next
     */
    public Optional<Tid> commit(TransactionMetadata metadata) {
        checkOpen();
        if (commitFailed) {
            throw new IllegalStateException("the last commit failed: abort it first");
        }
        if (changed.isEmpty() || writable == null) {
            moveOn();
            return Optional.empty();
        }
        commitFailed = true;
        Commit commit = new Commit(this, writable, changed, readCurrent, database.form());
        Optional<Tid> tid = commit.write(metadata);
        commitFailed = false;
        for (Persistence each : commit.written()) {
            settle(each, tid.orElseThrow(), commit.isMerged(each));
        }
        settleUnwritten();
        moveOn();
        return tid;
    }

    /** Gives up all changes, then moves on to what is committed now. New objects stay as they are, outside of the database. */
    public void abort() {
        checkOpen();
        dropChanges();
        moveOn();
    }

    /** Gives up all changes; objects of this connection cannot be used any more, but for what is loaded of them. */
    @Override
    public void close() {
        if (!closed) {
            dropChanges();
            closed = true;
        }
    }

    /** Loads the state of an object unless it is here. */
    void beforeRead(Persistence object) {
        if (object.status() == Status.GHOST) {
            load(object);
        } else if (!object.used) {
            object.used = true;
        }
    }

    /** Loads the state of an object unless it is here, and notes that it will be changed. */
    void beforeChange(Persistence object) {
        if (object.status() == Status.CHANGED) {
            return;
        }
        checkOpen();
        if (writable == null) {
            throw readOnly();
        }
        beforeRead(object);
        if (object.list != null) {
            object.list.remove(object);
        }
        object.become(Status.CHANGED);
        changed.add(object);
    }

    /** The object with an oid, of whatever class its record names; its state is not loaded, since chains of references have no end. */
    Persistent ghost(Oid oid) {
        Persistent cached = cache.get(oid.value());
        if (cached != null) {
            return cached;
        }
        ObjectRevision revision = revision(oid);
        try {
            ObjectRecord record = records.readClass(revision.data());
            Persistent object = newGhost(oid, record.pythonClass());
            object.persistence().setMetadata(record.metadata());
            return object;
        } catch (PickleException | UnreadableStateException e) {
            throw unreadable(oid, revision.tid(), e);
        }
    }

    /** The object with an oid, without looking: of the given class, unless it is known better. */
    Persistent ghost(Oid oid, PythonClass pythonClass) {
        Persistent cached = cache.get(oid.value());
        return cached == null ? newGhost(oid, pythonClass) : cached;
    }

    /** Takes in a new object that a changed one refers to. */
    void adopt(Persistence object, Oid oid) {
        object.attachNew(this, oid);
        cache.put(oid, object.object());
        changed.add(object);
    }

    void checkMine(Persistence object) {
        if (object.connection().orElse(null) != this) {
            throw new IllegalArgumentException("belongs to another connection: oid " + object.attachedOid());
        }
    }

    RecordReader records() {
        return records;
    }

    /** How values here are to be written again. */
    Spellings spellings() {
        if (spellings == null) {
            spellings = new Spellings(database.form() == PickleForm.PYTHON2_STORED);
        }
        return spellings;
    }

    private Persistent newGhost(Oid oid, PythonClass pythonClass) {
        Persistent object = database.options().types().newPersistent(pythonClass);
        object.persistence().attachGhost(this, oid);
        cache.put(oid, object);
        return object;
    }

    /** The object with an oid, its state loaded with it if it is not known. */
    private Persistent object(Oid oid) {
        Persistent cached = cache.get(oid.value());
        if (cached != null) {
            return cached;
        }
        ObjectRevision revision = revision(oid);
        ObjectRecord record = record(oid, revision);
        Persistent object = newGhost(oid, record.pythonClass());
        fill(object.persistence(), record, revision);
        return object;
    }

    private void load(Persistence object) {
        Oid oid = object.attachedOid();
        ObjectRevision revision = revision(oid);
        fill(object, record(oid, revision), revision);
    }

    private ObjectRecord record(Oid oid, ObjectRevision revision) {
        try {
            return records.read(revision.data());
        } catch (PickleException | UnreadableStateException e) {
            throw unreadable(oid, revision.tid(), e);
        }
    }

    private void fill(Persistence object, ObjectRecord record, ObjectRevision revision) {
        try {
            object.state().read(record.state(), new ValueReader(this, records, record.metadata()));
        } catch (UnreadableStateException e) {
            object.state().forget();
            throw unreadable(object.attachedOid(), revision.tid(), e);
        }
        object.loadedFrom(record, revision.tid());
        object.recordSize = revision.data().length;
        object.become(Status.LOADED);
        anytime.shrink(); // before this one is added: it is about to be used
        listOf(object).add(object);
    }

    private LoadedObjects listOf(Persistence object) {
        boolean unchangeable = object.object() instanceof BTree || object.object() instanceof BTreeSet;
        return writable == null || unchangeable ? anytime : betweenTransactions;
    }

    private ObjectRevision revision(Oid oid) {
        checkOpen();
        ObjectRevision revision = storage.loadBefore(oid, before);
        if (revision != null) {
            return revision;
        }
        if (invalidations == null) {
            throw new PosKeyException(oid, before, storage.name() + ": no revision before");
        }
        throw new ReadConflictException(oid, before);
    }

    /** Makes an object that was just written one that is loaded, or a ghost if the storage has another state of it. */
    private void settle(Persistence object, Tid tid, boolean isMerged) {
        object.writtenBy(tid);
        if (object.object() instanceof Blob blob) {
            blob.stored();
            object.become(Status.GHOST);
        } else if (isMerged) {
            object.ghostify();
        } else {
            object.become(Status.LOADED);
            listOf(object).add(object);
        }
    }

    /** Makes ghosts of the blobs that were said to be changed, but were not written to. */
    private void settleUnwritten() {
        for (Persistence each : changed) {
            if (each.isChanged()) {
                each.ghostify();
            }
        }
        changed.clear();
    }

    private void dropChanges() {
        for (Persistence object : changed) {
            if (object.object() instanceof Blob blob) {
                blob.aborted();
            }
            if (object.knownSerial().equals(Tid.NONE)) {
                cache.remove(object.attachedOid());
                object.detach();
            } else {
                object.ghostify();
            }
        }
        changed.clear();
        commitFailed = false;
    }

    private void moveOn() {
        readCurrent.clear();
        if (invalidations != null) {
            Invalidations.Move move = invalidations.move(before, this::invalidate);
            if (!move.isComplete()) {
                anytime.clear();
                betweenTransactions.clear();
            }
            before = move.before();
        }
        betweenTransactions.shrink();
    }

    private void invalidate(Tid tid, long oid) {
        Persistent object = cache.get(oid);
        if (object == null) {
            return;
        }
        Persistence persistence = object.persistence();
        // What this connection has written itself is here as it is there.
        if (persistence.list != null && persistence.knownSerial().compareTo(tid) < 0) {
            persistence.list.remove(persistence);
            persistence.ghostify();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the connection is closed");
        }
    }

    private ReadOnlyException readOnly() {
        return new ReadOnlyException(
                storage.name() + " can only be read" + (invalidations == null ? " as it was before " + before : ""));
    }

    private static UnreadableObjectException unreadable(Oid oid, Tid tid, Exception cause) {
        return new UnreadableObjectException(oid, tid, cause);
    }
}
