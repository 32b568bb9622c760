package io.zrs.storage;

import io.zrs.storage.StorageDifference.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares transactions of two storages, field by field.
 *
 * <p>Threading: confined to one thread.
 */
final class TransactionComparison {
    private static final int SHOWN_BYTES = 8;
    private static final int SHOWN_TEXT_BYTES = 80;
    private static final String NOTHING = "none";

    private final @Nullable BlobCapable firstBlobs;
    private final @Nullable BlobCapable secondBlobs;
    private final BlobReader firstReader = new BlobReader();
    private final BlobReader secondReader = new BlobReader();
    private long recordCount;
    private long blobCount;

    private TransactionComparison(@Nullable BlobCapable firstBlobs, @Nullable BlobCapable secondBlobs) {
        this.firstBlobs = firstBlobs;
        this.secondBlobs = secondBlobs;
    }

    /** Compares blobs if both storages have them. */
    static TransactionComparison of(Storage first, Storage second) {
        return new TransactionComparison(
                first.capability(BlobCapable.class).orElse(null),
                second.capability(BlobCapable.class).orElse(null));
    }

    /** Number of records that were the same. */
    long recordCount() {
        return recordCount;
    }

    /** Number of blob revisions that were the same. */
    long blobCount() {
        return blobCount;
    }

    /** The first difference between two transactions of the same tid, whose records are then consumed; null if there is none. */
    @Nullable
    StorageDifference difference(LogTransaction first, LogTransaction second) {
        StorageDifference difference = headers(first.header(), second.header());
        long number = 0;
        while (difference == null) {
            DataRecord a = first.nextRecord();
            DataRecord b = second.nextRecord();
            if (a == null && b == null) {
                break;
            }
            difference = records(new Place(first.header().tid(), number), a, b);
            if (difference == null) {
                recordCount++;
                number++;
            }
        }
        return difference;
    }

    private static @Nullable StorageDifference headers(TransactionHeader a, TransactionHeader b) {
        Place place = new Place(a.tid(), -1);
        TransactionMetadata first = a.metadata();
        TransactionMetadata second = b.metadata();
        if (a.status() != b.status()) {
            return place.difference(null, Field.STATUS, "'" + a.status() + "'", "'" + b.status() + "'");
        }
        if (!first.user().equals(second.user())) {
            return place.text(Field.USER, first.user(), second.user());
        }
        if (!first.description().equals(second.description())) {
            return place.text(Field.DESCRIPTION, first.description(), second.description());
        }
        if (!first.extension().equals(second.extension())) {
            return place.bytes(
                    null,
                    Field.EXTENSION,
                    first.extension().toByteArray(),
                    second.extension().toByteArray());
        }
        return null;
    }

    private @Nullable StorageDifference records(Place place, @Nullable DataRecord a, @Nullable DataRecord b) {
        if (a == null || b == null) {
            return place.difference(null, Field.RECORD, name(a), name(b));
        }
        if (!a.oid().equals(b.oid())) {
            return place.difference(null, Field.OID, name(a), name(b));
        }
        Oid oid = a.oid();
        if (!a.tid().equals(b.tid())) {
            return place.difference(
                    oid, Field.SERIAL, a.tid().toString(), b.tid().toString());
        }
        if (!Arrays.equals(a.data(), b.data())) {
            return place.bytes(oid, Field.DATA, a.data(), b.data());
        }
        if (!Objects.equals(a.dataTid(), b.dataTid())) {
            return place.difference(oid, Field.DATA_TID, text(a.dataTid()), text(b.dataTid()));
        }
        return a.data() == null ? null : blobs(place, oid, a.tid());
    }

    /** Only the storage knows whether a record is a blob's. */
    private @Nullable StorageDifference blobs(Place place, Oid oid, Tid tid) {
        if (firstBlobs == null || secondBlobs == null) {
            return null;
        }
        try (SeekableByteChannel a = BlobReader.open(firstBlobs, oid, tid);
                SeekableByteChannel b = BlobReader.open(secondBlobs, oid, tid)) {
            if (a == null && b == null) {
                return null;
            }
            if (a == null || b == null) {
                return place.difference(oid, Field.BLOB, size(a), size(b));
            }
            StorageDifference difference = contents(place, oid, a, b);
            blobCount += difference == null ? 1 : 0;
            return difference;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + oid + ", tid " + tid, e);
        }
    }

    private @Nullable StorageDifference contents(Place place, Oid oid, SeekableByteChannel a, SeekableByteChannel b)
            throws IOException {
        long offset = 0;
        while (true) {
            ByteBuffer first = firstReader.read(a);
            ByteBuffer second = secondReader.read(b);
            int mismatch = first.mismatch(second);
            if (mismatch >= 0) {
                String from = ", from " + (offset + mismatch) + " on ";
                return place.difference(
                        oid,
                        Field.BLOB,
                        size(a) + from + shown(first.position(mismatch)),
                        size(b) + from + shown(second.position(mismatch)));
            }
            if (!first.hasRemaining()) {
                return null;
            }
            offset += first.remaining();
        }
    }

    private static String size(@Nullable SeekableByteChannel channel) throws IOException {
        return channel == null ? NOTHING : channel.size() + " bytes";
    }

    private static String name(@Nullable DataRecord record) {
        return record == null ? NOTHING : "oid " + record.oid();
    }

    private static String text(@Nullable Tid tid) {
        return tid == null ? NOTHING : tid.toString();
    }

    private static String shown(ByteBuffer rest) {
        byte[] bytes = new byte[Math.min(SHOWN_BYTES, rest.remaining())];
        rest.get(bytes);
        return bytes.length == 0 ? "nothing" : HexFormat.of().formatHex(bytes);
    }

    /** A record of a transaction, or its header. */
    private record Place(Tid tid, long number) {
        StorageDifference difference(@Nullable Oid oid, Field field, String first, String second) {
            OptionalLong record = number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
            return new StorageDifference(tid, record, oid, field, first, second);
        }

        StorageDifference bytes(@Nullable Oid oid, Field field, byte @Nullable [] a, byte @Nullable [] b) {
            int mismatch = a == null || b == null ? 0 : Arrays.mismatch(a, b);
            return difference(oid, field, text(a, mismatch), text(b, mismatch));
        }

        StorageDifference text(Field field, Bytes a, Bytes b) {
            return Math.max(a.size(), b.size()) > SHOWN_TEXT_BYTES
                    ? bytes(null, field, a.toByteArray(), b.toByteArray())
                    : difference(null, field, "'" + a.toUtf8String() + "'", "'" + b.toUtf8String() + "'");
        }

        private static String text(byte @Nullable [] bytes, int from) {
            return bytes == null
                    ? NOTHING
                    : bytes.length + " bytes, from " + from + " on "
                            + shown(ByteBuffer.wrap(bytes).position(from));
        }
    }
}
