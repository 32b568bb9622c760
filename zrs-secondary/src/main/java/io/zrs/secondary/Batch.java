package io.zrs.secondary;

import io.zrs.storage.Tid;
import java.util.List;

/**
 * What one call of the reactor brought, so that the queue is locked once for it.
 *
 * @param source the connection that it came from
 * @param size memory that the operations hold, in bytes
 * @param end whether nothing more comes from this connection; a transaction that is open then does not count
 */
record Batch(Source source, List<Operation> operations, long size, End end) {
    /** Whether a connection goes on. */
    enum End {
        /** More may come. */
        OPEN,
        /** This is the last of it. */
        ENDED
    }

    /** Whether a blob begins in it. */
    boolean hasBlob() {
        return operations.stream().anyMatch(Operation.BeginBlob.class::isInstance);
    }

    /** The last batch of a connection. */
    static Batch end(Source source) {
        return new Batch(source, List.of(), 0, End.ENDED);
    }

    /** Where operations come from, and where their fate is reported. Threading: called in turns of the applier or of the
     * forcer; must not block. */
    interface Source {
        /** There is room in the queue again, after {@link OperationQueue#add} said that there is none. */
        void roomAgain();

        /** Everything up to {@code tid} is on disk. */
        void durable(Tid tid);

        /** The storage did not take an operation; all that follow it from this connection are dropped, and it should end. */
        void failed(Throwable cause);

        /** The last batch is done: what was whole is on disk, nothing else is left. Called last. */
        void drained();
    }
}
