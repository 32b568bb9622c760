package io.zrs.database;

/** A record does not say what it should. Becomes an {@link UnreadableObjectException}, which names the object. */
final class UnreadableStateException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableStateException(String message) {
        super(message);
    }
}
