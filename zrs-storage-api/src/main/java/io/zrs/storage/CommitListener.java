package io.zrs.storage;

/** Is told of commits. */
@FunctionalInterface
public interface CommitListener {
    /**
     * Called once for each transaction, in the order of the log, when it is durable and can be loaded, and just before
     * {@link Storage#lastTransaction()} names it.
     *
     * <p>Threading: runs on the committing thread, with no lock of the storage held. It must not block and must not write to the
     * storage. What it throws is logged and changes nothing.
     */
    void committed(CommittedTransaction transaction);
}
