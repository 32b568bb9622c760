package io.zrs.filestorage;

import io.zrs.storage.PickleDialect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The four bytes at the beginning of a {@code Data.fs}. They tell which Python wrote the pickles, and only that Python opens the file; all else
 * is the same.
 *
 * <p>Source: ZODB, FileStorage/format.py.
 */
public enum FileStorageFormat {
    /** Python 2. */
    FS21(PickleDialect.PYTHON2),
    /** Python 3. */
    FS30(PickleDialect.PYTHON3);

    private final PickleDialect dialect;

    FileStorageFormat(PickleDialect dialect) {
        this.dialect = dialect;
    }

    /** The language of the pickles in such a file. */
    public PickleDialect dialect() {
        return dialect;
    }

    /** The format for pickles in {@code dialect}. */
    public static FileStorageFormat of(PickleDialect dialect) {
        return switch (dialect) {
            case PYTHON2 -> FS21;
            case PYTHON3 -> FS30;
        };
    }

    /** The four bytes, in a buffer of their own. */
    ByteBuffer magic() {
        return StandardCharsets.US_ASCII.encode(name());
    }
}
