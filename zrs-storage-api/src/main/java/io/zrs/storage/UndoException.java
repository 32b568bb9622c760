package io.zrs.storage;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A transaction cannot be undone ({@code UndoError}, {@code MultipleUndoErrors}). */
public final class UndoException extends StorageException {
    private final long transaction;
    private final ImmutableMap<Oid, String> failures;

    /** The transaction as a whole cannot be undone. */
    public UndoException(Tid transaction, String reason) {
        this(transaction, reason, Map.of());
    }

    /**
     * Some of its objects cannot be given back what they had.
     *
     * @param failures why, for each of them
     */
    public UndoException(Tid transaction, Map<Oid, String> failures) {
        this(transaction, text(failures), failures);
    }

    private UndoException(Tid transaction, String reason, Map<Oid, String> failures) {
        super("transaction " + transaction + " cannot be undone: " + reason);
        this.transaction = transaction.value();
        this.failures = ImmutableMap.copyOf(failures);
    }

    /** The transaction that was to be undone. */
    public Tid transaction() {
        return new Tid(transaction);
    }

    /** Why, for each object that is in the way, in the order of their records; empty if it is not for certain objects. */
    public Map<Oid, String> failures() {
        return failures;
    }

    private static String text(Map<Oid, String> failures) {
        return failures.entrySet().stream()
                .limit(10)
                .map(failure -> "oid " + failure.getKey() + " " + failure.getValue())
                .collect(Collectors.joining(
                        "; ", "", failures.size() > 10 ? "; and " + (failures.size() - 10) + " more" : ""));
    }
}
