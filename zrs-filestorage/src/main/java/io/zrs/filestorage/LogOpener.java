package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log: loads its index or makes it anew, scans what the index does not know, and mends the end.
 *
 * <p>What is at the end and no good is judged by {@link LogTail}. Nothing is changed before the whole log is known to be good; then finished
 * transactions get the status that they lack, and an unfinished one is cut off. A log opened for reading ends before either.
 *
 * <p>Source: ZODB, FileStorage {@code read_index}; but the last tid is that of the last transaction that is there.
 */
final class LogOpener {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpener.class);
    private static final int READ_BYTES_MIN = 1 << 10;
    private static final int READ_BYTES_MAX = 1 << 18;

    private final Path path;
    private final FileStorageOptions options;
    private final LogFile file;
    private final LogReader reader;
    private final TransactionFinder finder;

    private LogOpener(Path path, FileStorageOptions options, LogFile file) {
        this.path = path;
        this.options = options;
        this.file = file;
        long size = file.size();
        int readBytes = (int) Math.max(READ_BYTES_MIN, Math.min(READ_BYTES_MAX, size));
        this.reader = new LogReader(file, ByteBuffer.allocateDirect(readBytes), size);
        this.finder = new TransactionFinder(file);
    }

    /**
     * Opens {@code file}, which lies at {@code path}.
     *
     * @throws CorruptedStorageException if it is damaged; it is as it was
     */
    static OpenedLog open(Path path, FileStorageOptions options, LogFile file) {
        return new LogOpener(path, options, file).open();
    }

    private OpenedLog open() {
        LogFormat format = LogFormat.readOrBeginAgain(file, options.format());
        if (format.get() == null) {
            return opened(format, new ObjectIndex(), LogStructure.START, 0, 0);
        }
        IndexFile.Loaded loaded = IndexFile.read(path);
        if (loaded != null) {
            OptionalLong lastTid = new IndexCheck(reader, loaded.index()).lastTid(loaded.position());
            if (lastTid.isPresent()) {
                return scan(format, loaded.index(), loaded.position(), lastTid.getAsLong());
            }
            LOG.warn("{} does not fit and is ignored, {} is scanned", IndexFile.of(path), path);
        }
        return scan(format, new ObjectIndex(), 0, 0);
    }

    private OpenedLog scan(LogFormat format, ObjectIndex index, long indexedEnd, long lastTid) {
        LogScanner scanner = new LogScanner(reader, index, finder, lastTid);
        SortedMap<Long, Character> toComplete = new TreeMap<>();
        long end = scanner.scan(Math.max(LogStructure.START, indexedEnd));
        while (end < reader.limit()) {
            LogTail tail = new LogTail(reader, end);
            SortedMap<Long, Character> finished = tail.finished();
            if (finished.isEmpty()) {
                long next = checkUnfinished(tail, scanner, end);
                if (next == end) {
                    break;
                }
                end = next;
            } else if (isReadOnly()) {
                break;
            } else {
                toComplete.putAll(finished);
                scanner.accept(finished.keySet());
                end = scanner.scan(end);
            }
        }
        complete(toComplete);
        cut(end);
        if (!isReadOnly()) {
            // What is there may be no more than written, by a process that was killed; what is shown has to be durable.
            file.force();
        }
        warnOfFuture(scanner.lastTid());
        return opened(format, index, end, scanner.lastTid(), indexedEnd);
    }

    /**
     * Checks that the tail at {@code end} can be unfinished. Where somebody else may be writing, it can have been finished between two looks
     * at it: then it is scanned.
     *
     * @return where it begins now
     */
    private long checkUnfinished(LogTail tail, LogScanner scanner, long end) {
        try {
            tail.checkUnfinished();
            return end;
        } catch (CorruptedStorageException e) {
            reader.invalidate();
            long next = isReadOnly() ? scanner.scan(end) : end;
            if (next == end) {
                throw e;
            }
            return next;
        }
    }

    private OpenedLog opened(LogFormat format, ObjectIndex index, long end, long lastTid, long indexedEnd) {
        View view = new View(new Generation(file, index, finder), end, lastTid, index.size());
        return new OpenedLog(view, format, indexedEnd);
    }

    private void complete(SortedMap<Long, Character> transactions) {
        if (transactions.isEmpty()) {
            return;
        }
        LOG.warn(
                "{}: {} transactions from offset {} on had been finished, but lack their status; they get it now",
                path,
                transactions.size(),
                transactions.firstKey());
        transactions.forEach((offset, status) -> file.write(
                ByteBuffer.allocate(1).put(0, (byte) (char) status), offset + TransactionRecordHeader.STATUS_OFFSET));
    }

    private void cut(long end) {
        long size = reader.limit();
        if (end == size) {
            return;
        }
        if (isReadOnly()) {
            LOG.warn(
                    "{}: {} bytes from offset {} on are no finished transaction and do not count",
                    path,
                    size - end,
                    end);
            return;
        }
        // A piece of a header is worth nothing to anybody; ZODB does not keep it either.
        boolean isWorthKeeping = size - end >= TransactionRecordHeader.BYTES;
        if (options.cutTail() == CutTail.KEEP && isWorthKeeping) {
            Path saved = SavedTail.save(file, end, size, path);
            LOG.warn("{}: cutting an unfinished transaction off at offset {}, saved to {}", path, end, saved);
        } else {
            LOG.warn("{}: cutting {} bytes of an unfinished transaction off at offset {}", path, size - end, end);
        }
        file.truncate(end);
        file.force();
        try {
            Directories.forceParent(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be cut off durably", e);
        }
    }

    private void warnOfFuture(long lastTid) {
        Instant now = options.clock().instant();
        if (lastTid != 0 && new Tid(lastTid).compareTo(Tid.of(now)) > 0) {
            LOG.warn(
                    "{}: the last transaction is {} seconds in the future",
                    path,
                    Duration.between(now, new Tid(lastTid).toInstant()).toSeconds());
        }
    }

    private boolean isReadOnly() {
        return options.mode() == Mode.READ_ONLY;
    }
}
