package io.zrs.database;

import io.zrs.storage.StorageException;

/** There is no root object, and none can be made: a secondary, for example, that has received nothing yet. */
public final class EmptyStorageException extends StorageException {
    EmptyStorageException(String message) {
        super(message);
    }
}
