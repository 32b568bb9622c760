package io.zrs.filestorage;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads an index file, whichever ZODB wrote it: the form of {@link IndexFileWriter} in any pickle protocol, and the forms before ZODB 3.10,
 * one pickle of a dictionary.
 *
 * <pre>
 * old file := {'pos': int, 'index': index}
 * index    := {oid: int} | fsIndex object
 * fsIndex  := {'_data': {prefix: {key: position of 6 bytes}}} | {'state_version': 1, '_data': [(prefix, content)]}
 * </pre>
 *
 * <p>Of the file, one pickle at a time is held in memory, and no pickle of more than 4 MiB is read: enough for any bucket, and for an old
 * file of a quarter of a million objects. Larger ones are refused, which costs a scan once.
 *
 * <p>Threading: confined to one thread. Source: ZODB, {@code fsIndex.py}, {@code fsBTree.c}.
 */
final class IndexFileReader {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int PICKLE_BYTES_MAX = 1 << 22;
    private static final int BUCKET_PICKLE_BYTES_MAX =
            IndexFileWriter.BUCKET_SIZE_MAX * (IndexFileWriter.KEY_BYTES + IndexFileWriter.POSITION_BYTES) + 1024;
    private static final PickleLimits LIMITS = new PickleLimits(PICKLE_BYTES_MAX, 20, 2_000_000, 1_000_000, 64);
    private static final int OID_BYTES = 8;
    private static final long FIRST_POSITION = 4;

    private final FileChannel channel;
    private final PickleReader pickles = new PickleReader(LIMITS);
    private final ObjectIndex index = new ObjectIndex();
    private ByteBuffer window;
    private boolean atEnd;
    private long end;

    IndexFileReader(FileChannel channel) throws IOException {
        this.channel = channel;
        // One byte more than the file has, so as to find its end without growing.
        this.window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, channel.size() + 1))
                .limit(0);
    }

    /**
     * Reads the whole file.
     *
     * @throws UnusableIndexException if it is damaged, or in none of the forms above
     */
    IndexFile.Loaded read() throws IOException, UnusableIndexException {
        PickleValue first = next();
        if (first instanceof PickleDict old) {
            end = position(old.get("pos"));
            readOld(old.get("index").orElseThrow(() -> new UnusableIndexException("there is no 'index' in it")));
        } else {
            end = position(Optional.of(first));
            PickleValue bucket = next();
            while (!isFalse(bucket)) {
                readBucket(bucket);
                bucket = next();
            }
        }
        return new IndexFile.Loaded(index, end);
    }

    private PickleValue next() throws IOException, UnusableIndexException {
        if (!atEnd && window.remaining() < BUCKET_PICKLE_BYTES_MAX) {
            fill();
        }
        while (true) {
            try {
                return pickles.read(window);
            } catch (PickleException e) {
                if (e.kind() != PickleException.Kind.TRUNCATED || atEnd) {
                    throw new UnusableIndexException("it is damaged: " + e.getMessage(), e);
                }
                enlarge();
                fill();
            } finally {
                pickles.reset();
            }
        }
    }

    private void enlarge() throws UnusableIndexException {
        if (window.capacity() >= PICKLE_BYTES_MAX) {
            throw new UnusableIndexException("it has a pickle of more than " + PICKLE_BYTES_MAX + " bytes");
        }
        window = ByteBuffer.allocate(2 * window.capacity()).put(window).flip();
    }

    private void fill() throws IOException {
        window.compact();
        while (!atEnd && window.hasRemaining()) {
            atEnd = channel.read(window) < 0;
        }
        window.flip();
    }

    private static boolean isFalse(PickleValue value) {
        return value == PickleValue.None.NONE
                || value.equals(PickleValue.Bool.FALSE)
                || value.asLong().equals(OptionalLong.of(0))
                || (value instanceof PickleTuple tuple && tuple.items().isEmpty());
    }

    private void readBucket(PickleValue bucket) throws UnusableIndexException {
        if (!(bucket instanceof PickleTuple tuple) || tuple.items().size() != 2) {
            throw new UnusableIndexException("a bucket is no pair: " + bucket);
        }
        long prefix = prefix(tuple.items().get(0));
        ByteBuffer content = bytes(tuple.items().get(1));
        int entrySize = IndexFileWriter.KEY_BYTES + IndexFileWriter.POSITION_BYTES;
        int count = content.remaining() / entrySize;
        if (content.remaining() % entrySize != 0 || count > IndexFileWriter.BUCKET_SIZE_MAX) {
            throw new UnusableIndexException("a bucket has " + content.remaining() + " bytes");
        }
        for (int i = 0; i < count; i++) {
            int at = IndexFileWriter.KEY_BYTES * count + IndexFileWriter.POSITION_BYTES * i;
            put(prefix | Short.toUnsignedLong(content.getShort(IndexFileWriter.KEY_BYTES * i)), position(content, at));
        }
    }

    private void readOld(PickleValue old) throws UnusableIndexException {
        if (old instanceof PickleDict dict) {
            for (PickleDict.Entry entry : dict.entries()) {
                put(sized(entry.key(), OID_BYTES).getLong(), position(Optional.of(entry.value())));
            }
        } else if (old instanceof PickleObject object && object.state().orElse(null) instanceof PickleDict state) {
            readState(state.get("_data").orElse(null));
        } else {
            throw new UnusableIndexException("its 'index' is neither a dictionary nor an fsIndex: " + old);
        }
    }

    private void readState(@Nullable PickleValue data) throws UnusableIndexException {
        if (data instanceof PickleList buckets) {
            for (PickleValue bucket : buckets.items()) {
                readBucket(bucket);
            }
        } else if (data instanceof PickleDict buckets) {
            for (PickleDict.Entry bucket : buckets.entries()) {
                readOldBucket(prefix(bucket.key()), bucket.value());
            }
        } else {
            throw new UnusableIndexException("its fsIndex has no '_data' of a known form: " + data);
        }
    }

    private void readOldBucket(long prefix, PickleValue bucket) throws UnusableIndexException {
        if (!(bucket instanceof PickleDict dict)) {
            throw new UnusableIndexException("a bucket of its fsIndex is no dictionary: " + bucket);
        }
        for (PickleDict.Entry entry : dict.entries()) {
            long key = Short.toUnsignedLong(
                    sized(entry.key(), IndexFileWriter.KEY_BYTES).getShort());
            put(prefix | key, position(sized(entry.value(), IndexFileWriter.POSITION_BYTES), 0));
        }
    }

    private void put(long oid, long position) throws UnusableIndexException {
        if (position < FIRST_POSITION || position >= end) {
            throw new UnusableIndexException(
                    "oid " + new Oid(oid) + " is at " + position + ", and the data at 4 to " + end);
        }
        index.put(oid, position);
    }

    private static long prefix(PickleValue value) throws UnusableIndexException {
        return position(sized(value, IndexFileWriter.PREFIX_BYTES), 0) << (8 * IndexFileWriter.KEY_BYTES);
    }

    /** The unsigned number of 6 bytes at {@code offset}. */
    private static long position(ByteBuffer bytes, int offset) {
        return Short.toUnsignedLong(bytes.getShort(offset)) << 32 | Integer.toUnsignedLong(bytes.getInt(offset + 2));
    }

    private static long position(Optional<PickleValue> value) throws UnusableIndexException {
        OptionalLong number = value.isPresent() ? value.get().asLong() : OptionalLong.empty();
        if (number.isEmpty()
                || number.getAsLong() < FIRST_POSITION
                || number.getAsLong() >= ObjectIndex.POSITION_LIMIT) {
            throw new UnusableIndexException(
                    value.map(v -> v + " is no position").orElse("there is no 'pos' in it"));
        }
        return number.getAsLong();
    }

    private static ByteBuffer sized(PickleValue value, int size) throws UnusableIndexException {
        ByteBuffer bytes = bytes(value);
        if (bytes.remaining() != size) {
            throw new UnusableIndexException("expected " + size + " bytes, found " + value);
        }
        return bytes;
    }

    /** The bytes of a byte string of either Python, or of an ASCII text that should have been one. */
    private static ByteBuffer bytes(PickleValue value) throws UnusableIndexException {
        Optional<Octets> octets =
                value instanceof PickleValue.Text text && text.utf8().isAscii()
                        ? Optional.of(text.utf8())
                        : value.asBytes();
        return octets.orElseThrow(() -> new UnusableIndexException("expected bytes, found " + value))
                .asByteBuffer();
    }
}
