package io.zrs.storage;

/** A transaction was to be restored that is not newer than the last one. */
public final class StaleTidException extends StorageException {
    private final long tid;
    private final long last;

    /**
     * Names both tids.
     *
     * @param tid the transaction to be restored
     * @param last the last one that the storage has or is about to have
     */
    public StaleTidException(Tid tid, Tid last) {
        super("transaction " + tid + " (" + tid.toTimeString() + ") is not newer than the last one, " + last + " ("
                + last.toTimeString() + ")");
        this.tid = tid.value();
        this.last = last.value();
    }

    /** The transaction that was refused. */
    public Tid tid() {
        return new Tid(tid);
    }

    /** The last transaction that the storage has or is about to have. */
    public Tid last() {
        return new Tid(last);
    }
}
