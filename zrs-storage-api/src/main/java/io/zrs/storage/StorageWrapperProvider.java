package io.zrs.storage;

import java.util.Set;

/**
 * Puts a wrapper around a storage when the URI asks for it by a query parameter. Found as {@link StorageProvider}s are.
 *
 * <p>Threading: thread-safe.
 */
public interface StorageWrapperProvider {
    /** Names of the query parameters that ask for this wrapper. */
    Set<String> parameters();

    /**
     * Wraps {@code base}, which the wrapper owns and closes from then on. Called only if {@code uri} has one of the parameters.
     *
     * @throws IllegalArgumentException if a parameter is not to be understood
     * @throws StorageException if it cannot be done; after either exception {@code base} is still the caller's
     */
    Storage wrap(Storage base, StorageUri uri);
}
