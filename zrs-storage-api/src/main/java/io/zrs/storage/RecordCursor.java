package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/**
 * A walk over current revisions.
 *
 * <p>Each is the one that is current when the cursor comes to it; an object created meanwhile may or may not be met. A pack in between
 * does not disturb it. Threading: confined to one thread at a time.
 */
public interface RecordCursor extends AutoCloseable {
    /**
     * The next object's current revision, with data; null after the last one.
     *
     * @throws CorruptedStorageException if the storage is damaged there; the cursor stands behind that object
     */
    @Nullable
    DataRecord next();

    /** Frees what the cursor holds; again does nothing. */
    @Override
    void close();
}
