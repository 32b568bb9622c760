package io.zrs.storage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction being restored: any number of {@link #restore} calls, then {@link #vote}, then {@link #finish}.
 *
 * <p>A call out of that order throws {@link IllegalStateException} and changes nothing. After any other exception the transaction can only be
 * closed. Closing it before it is finished aborts it: nothing of it stays.
 *
 * <p>Threading: confined to one thread at a time.
 */
public interface RestoreTransaction extends AutoCloseable {
    /**
     * Writes a revision as it is elsewhere, whatever revision the object has here.
     *
     * @param data consumed before this returns; null if the object does not exist as of this revision
     * @param dataTid a revision with the same data, to refer to instead of storing it again; a hint: where it does not fit, the data is stored
     */
    void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid);

    /** Makes sure that {@link #finish} can succeed: everything is written but for the mark that makes it count. */
    void vote();

    /** Queues the transaction for {@link RestorableStorage#force}; until then it is neither durable nor visible. */
    void finish();

    /** Aborts the transaction unless it is finished. */
    @Override
    void close();
}
