package io.zrs.storage;

import java.util.Set;

/**
 * Opens storages of one kind from a URI. Implementations are found by {@link java.util.ServiceLoader}, need a public constructor without
 * arguments, and are listed in {@code META-INF/services} and, in a named module, by {@code provides}.
 *
 * <p>Threading: thread-safe.
 */
public interface StorageProvider {
    /** The scheme that this provider answers to, in lower case: {@code file}, {@code memory}. */
    String scheme();

    /** Names of the query parameters that it understands. Others are left to {@link StorageWrapperProvider}s, or refused. */
    Set<String> parameters();

    /**
     * Opens the storage; the caller closes it.
     *
     * @throws IllegalArgumentException if the path or a parameter is not to be understood
     * @throws StorageException if the storage cannot be opened
     */
    Storage open(StorageUri uri);
}
