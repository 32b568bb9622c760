package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.StorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The format of one log, which a new log does not have before its first transaction.
 *
 * <p>Threading: thread-safe; {@link #settle} only by whose turn it is to write.
 */
final class LogFormat {
    private final LogFile file;
    private final @Nullable FileStorageFormat required;
    private volatile @Nullable FileStorageFormat format;

    private LogFormat(LogFile file, @Nullable FileStorageFormat required, @Nullable FileStorageFormat format) {
        this.file = file;
        this.required = required;
        this.format = format;
    }

    /**
     * Reads the format of {@code file}.
     *
     * @throws CorruptedStorageException if it has none
     * @throws StorageException if it is not the one required
     */
    static LogFormat read(LogFile file, @Nullable FileStorageFormat required) {
        ByteBuffer magic = ByteBuffer.allocate((int) LogStructure.START);
        if (file.read(magic, 0) == 0) {
            return new LogFormat(file, required, null);
        }
        magic.flip();
        for (FileStorageFormat format : FileStorageFormat.values()) {
            if (format.magic().equals(magic)) {
                if (required != null && required != format) {
                    throw new StorageException(file.name() + " has the format " + format + ", not " + required);
                }
                return new LogFormat(file, required, format);
            }
        }
        throw new CorruptedStorageException(file.name(), 0, "no FileStorage: it begins with neither FS21 nor FS30");
    }

    /**
     * As {@link #read}, for a file that may have been left in the middle of {@link #settle}, by a crash or a full disk: one that is no longer
     * than a format never had a transaction. So it is new whatever it holds, but for what looks like a format that others know.
     */
    static LogFormat readOrBeginAgain(LogFile file, @Nullable FileStorageFormat required) {
        try {
            return read(file, required);
        } catch (CorruptedStorageException e) {
            if (file.size() > LogStructure.START || isOfOthers(file)) {
                throw e;
            }
            return new LogFormat(file, required, null);
        }
    }

    private static boolean isOfOthers(LogFile file) {
        ByteBuffer magic = ByteBuffer.allocate((int) LogStructure.START);
        file.read(magic, 0);
        return magic.get(0) == 'F' && magic.get(1) == 'S' && isDigit(magic.get(2)) && isDigit(magic.get(3));
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** Of a log whose format cannot be read. */
    static LogFormat unknown(LogFile file) {
        return new LogFormat(file, null, null);
    }

    /** The format, null if the log is new. */
    @Nullable
    FileStorageFormat get() {
        return format;
    }

    /** The dialect of the records; while there are none and no format is required, that of Python 3. */
    PickleDialect dialect() {
        FileStorageFormat current = format;
        return current == null ? orRequired(FileStorageFormat.FS30).dialect() : current.dialect();
    }

    /** Gives a new log the format that is required, else this one; durably, so that no crash can leave transactions without it. */
    void settle(FileStorageFormat suggested) {
        if (format == null) {
            FileStorageFormat chosen = orRequired(suggested);
            file.write(chosen.magic(), 0);
            file.force();
            format = chosen;
        }
    }

    private FileStorageFormat orRequired(FileStorageFormat suggested) {
        return required == null ? suggested : required;
    }
}
