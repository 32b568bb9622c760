package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/**
 * A storage that leaves reading to another one; what wrappers have in common.
 *
 * <p>Which capabilities of the base to pass on, to extend or to hide is for each wrapper to say: {@link #capability} is left to it, and should
 * name them, so that one that it has never heard of is absent.
 *
 * <p>Threading: thread-safe if what extends it is.
 */
public abstract class ForwardingStorage implements Storage {
    private final Storage base;

    /** Wraps {@code base}, which belongs to the wrapper from now on. */
    protected ForwardingStorage(Storage base) {
        this.base = base;
    }

    /** The storage that is wrapped, always the same. */
    protected final Storage base() {
        return base;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public Tid lastTransaction() {
        return base.lastTransaction();
    }

    @Override
    public long objectCount() {
        return base.objectCount();
    }

    @Override
    public long sizeInBytes() {
        return base.sizeInBytes();
    }

    @Override
    public ObjectRevision load(Oid oid) {
        return base.load(oid);
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        return base.loadBefore(oid, tid);
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        return base.loadSerial(oid, tid);
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        return base.addCommitListener(listener);
    }

    @Override
    public void close() {
        base.close();
    }
}
