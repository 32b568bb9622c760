package io.zrs.filestorage;

import org.jspecify.annotations.Nullable;

/** An index file is damaged, or in a form that nobody writes any more and this code does not know. The message tells the reason. */
final class UnusableIndexException extends Exception {
    UnusableIndexException(String reason) {
        super(reason);
    }

    UnusableIndexException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
