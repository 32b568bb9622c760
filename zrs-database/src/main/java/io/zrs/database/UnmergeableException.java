package io.zrs.database;

/** Two changes cannot be merged; the message says why. Expected, so without a stack trace. */
final class UnmergeableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnmergeableException(String message) {
        super(message, null, false, false);
    }
}
