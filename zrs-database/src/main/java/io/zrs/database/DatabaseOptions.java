package io.zrs.database;

import java.time.Duration;

/**
 * How a database is opened.
 *
 * <p>Threading: immutable.
 *
 * @param cacheCountMax objects whose state a connection keeps, at least 0
 * @param cacheSizeMax bytes of the records of objects whose state a connection keeps, at least 0; the state itself takes several times as much
 * @param rootWait how long to wait for the root object of a storage that others write, such as a secondary
 * @param types what objects of Python classes become in Java
 */
public record DatabaseOptions(int cacheCountMax, long cacheSizeMax, Duration rootWait, PythonTypes types) {
    /** 5,000 objects and 16 MiB a connection, no waiting, no types of the application. */
    public static DatabaseOptions standard() {
        return new DatabaseOptions(5_000, 16 << 20, Duration.ZERO, PythonTypes.standard());
    }

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public DatabaseOptions {
        if (cacheCountMax < 0 || cacheSizeMax < 0 || rootWait.isNegative()) {
            throw new IllegalArgumentException("a negative limit");
        }
    }

    /** These options with other bounds for the cache of each connection. */
    public DatabaseOptions withCache(int countMax, long sizeMax) {
        return new DatabaseOptions(countMax, sizeMax, rootWait, types);
    }

    /** These options with another time to wait for the root object. */
    public DatabaseOptions withRootWait(Duration newRootWait) {
        return new DatabaseOptions(cacheCountMax, cacheSizeMax, newRootWait, types);
    }

    /** These options with types of the application. */
    public DatabaseOptions withTypes(PythonTypes newTypes) {
        return new DatabaseOptions(cacheCountMax, cacheSizeMax, rootWait, newTypes);
    }
}
