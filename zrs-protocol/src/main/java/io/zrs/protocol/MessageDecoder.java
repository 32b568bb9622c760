package io.zrs.protocol;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages in whatever pickle protocol they come. What Python primaries send is recognised by its opcodes; the rest is read as
 * {@link PickleValue}s, which nothing in a pickle can make do anything.
 *
 * <p>Bytes may come as byte strings of Python 2, as bytes of Python 3 or a call that stands for them, and as text in ASCII. Outside of the
 * extension nothing else may call anything.
 *
 * <p>Threading: confined to one thread at a time.
 */
public final class MessageDecoder {
    /** The longest message. User, description and extension of 64 KiB each fit in any form. */
    public static final int SIZE_MAX = PickleLimits.MESSAGE.sizeMax();

    private static final String EXPECTED = "a message must be a pair of its kind and its fields, it is ";

    private final CanonicalReader canonical = new CanonicalReader();
    private final PickleReader reader = new PickleReader(PickleLimits.MESSAGE);
    private final ExtensionCodec python2 = new ExtensionCodec(PickleDialect.PYTHON2);
    private final ExtensionCodec python3 = new ExtensionCodec(PickleDialect.PYTHON3);

    /** A decoder for messages of both dialects. */
    public MessageDecoder() {}

    /**
     * Reads one message.
     *
     * @param payload nothing but the message; its position does not move
     * @throws MalformedMessageException if there is no pickle, more than one, or one that is no message of ours
     * @throws UnknownMessageException if the message is of an unknown kind; after either the decoder can be used again
     */
    public ReplicationMessage decode(ByteBuffer payload) {
        ReplicationMessage message = canonical.read(payload);
        return message != null ? message : decodeValues(payload);
    }

    private ReplicationMessage decodeValues(ByteBuffer payload) {
        try {
            ByteBuffer rest = payload.duplicate();
            PickleValue value = reader.read(rest);
            reader.reset();
            if (rest.hasRemaining()) {
                throw new MalformedMessageException(rest.remaining() + " bytes stand behind a message");
            }
            List<PickleValue> parts = items(value, EXPECTED);
            if (parts.size() != 2) {
                throw new MalformedMessageException(EXPECTED + value);
            }
            return message(text("the kind of a message", parts.get(0)), parts.get(1), payload);
        } catch (PickleException e) {
            throw new MalformedMessageException(
                    "a message of " + payload.remaining() + " bytes cannot be read: " + e.getMessage(), e);
        }
    }

    private ReplicationMessage message(String kind, PickleValue value, ByteBuffer payload) {
        String what = "the fields of message '" + kind + "'";
        switch (kind) {
            case "T" -> {
                return begin(fields(what, value, 5), payload);
            }
            case "S" -> {
                return store(fields(what, value, 4));
            }
            case "B" -> {
                List<PickleValue> fields = fields(what, value, 5);
                Store record = store(fields);
                return new StoreBlob(record.oid(), record.serial(), record.dataTid(), blockCount(fields.get(4)));
            }
            case "C" -> {
                // Primaries before zc.zrs 2.2 sent no checksum: the one that is missing is not the right one.
                List<PickleValue> fields = items(value, what + " must be a tuple, they are ");
                return new Commit(
                        fields.isEmpty()
                                ? Bytes.EMPTY
                                : bytes("a checksum", fields(what, value, 1).get(0)));
            }
            default -> throw new UnknownMessageException("unknown message '" + kind + "'");
        }
    }

    private Begin begin(List<PickleValue> fields, ByteBuffer payload) {
        Tid tid = new Tid(number("a tid", fields.get(0)));
        String status = text("a status", fields.get(1));
        if (status.length() != 1) {
            throw new MalformedMessageException("a status must be one character, it is '" + status + "'");
        }
        boolean isPython2 = fields.get(0) instanceof PickleValue.ByteString;
        TransactionMetadata metadata = new TransactionMetadata(
                bytes("a user", fields.get(2)),
                bytes("a description", fields.get(3)),
                (isPython2 ? python2 : python3).toStored(fields.get(4), payload));
        return new Begin(
                new TransactionHeader(tid, status.charAt(0), metadata),
                isPython2 ? PickleDialect.PYTHON2 : PickleDialect.PYTHON3);
    }

    private static Store store(List<PickleValue> fields) {
        if (!text("a version", fields.get(2)).isEmpty()) {
            throw new MalformedMessageException("a version must be empty, it is " + fields.get(2));
        }
        return new Store(
                new Oid(number("an oid", fields.get(0))),
                new Tid(number("a serial", fields.get(1))),
                dataTid(fields.get(3)));
    }

    private static @Nullable Tid dataTid(PickleValue value) {
        return value == PickleValue.None.NONE ? null : new Tid(number("a data_txn", value));
    }

    private static long blockCount(PickleValue value) {
        long count = value.asLong().orElse(-1);
        if (count < 0) {
            throw new MalformedMessageException("a block count must be a number from 0 to 2^63 - 1, it is " + value);
        }
        return count;
    }

    private static List<PickleValue> items(PickleValue value, String expected) {
        if (value instanceof PickleTuple tuple) {
            return tuple.items();
        }
        throw new MalformedMessageException(expected + value);
    }

    private static List<PickleValue> fields(String what, PickleValue value, int count) {
        List<PickleValue> fields = items(value, what + " must be a tuple, they are ");
        if (fields.size() != count) {
            throw new MalformedMessageException(what + " must be " + count + ", there are " + fields.size());
        }
        return fields;
    }

    private static long number(String what, PickleValue value) {
        Bytes bytes = bytes(what, value);
        if (bytes.size() != Long.BYTES) {
            throw new MalformedMessageException(what + " must have 8 bytes, it is " + value);
        }
        return bytes.asByteBuffer().getLong();
    }

    private static Bytes bytes(String what, PickleValue value) {
        if (value instanceof PickleValue.Text text && text.utf8().isAscii()) {
            return Bytes.copyOf(text.utf8().asByteBuffer());
        }
        return value.asBytes()
                .map(octets -> Bytes.copyOf(octets.asByteBuffer()))
                .orElseThrow(() -> new MalformedMessageException(what + " must be bytes, it is " + value));
    }

    private static String text(String what, PickleValue value) {
        return value instanceof PickleValue.Text text
                ? text.value()
                : value.asBytes()
                        .orElseThrow(() -> new MalformedMessageException(what + " must be text, it is " + value))
                        .latin1();
    }
}
