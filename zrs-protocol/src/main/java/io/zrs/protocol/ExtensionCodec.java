package io.zrs.protocol;

import io.zrs.pickle.NotPlainException;
import io.zrs.pickle.OpcodeRange;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleWriter;
import io.zrs.storage.Bytes;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes transaction extensions from a storage to the stream and back. A storage has a pickle, the stream a value inside of a message.
 *
 * <p>Plain values are written anew as Python does on each side, so that files become equal byte for byte. What plain values cannot express
 * (classes, values that contain themselves, shared ones that are too large written out) crosses opcode for opcode, never interpreted.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class ExtensionCodec {
    private static final byte[] PROTOCOL_3 = {(byte) 0x80, 3};
    private static final byte STOP = '.';

    /** Fields of the message that begins a transaction; the extension is the last one. */
    private static final int FIELDS = 5;

    private final PickleDialect dialect;
    private final PickleWriter stored;
    private final PickleWriter wire;
    private final PickleReader reader = new PickleReader(PickleLimits.MESSAGE);

    ExtensionCodec(PickleDialect dialect) {
        this.dialect = dialect;
        boolean python2 = dialect == PickleDialect.PYTHON2;
        this.stored =
                new PickleWriter(python2 ? PickleForm.PYTHON2_STORED : PickleForm.PYTHON3_STORED, PickleLimits.MESSAGE);
        this.wire = new PickleWriter(python2 ? PickleForm.PYTHON2_WIRE : PickleForm.PYTHON3_WIRE, PickleLimits.MESSAGE);
    }

    /**
     * The opcodes that stand for a stored extension in the message of its transaction, which must not use the memo itself.
     *
     * @param tid for the message of the exception
     * @param extension not empty
     * @throws UnsendableTransactionException if it is no pickle of a dictionary
     */
    ByteBuffer toWire(Tid tid, Bytes extension) {
        ByteBuffer pickle = extension.asByteBuffer();
        try {
            PickleValue value = reader.read(pickle);
            reader.reset();
            if (pickle.hasRemaining() || !isMapping(value)) {
                throw new UnsendableTransactionException(tid, "is not one pickled dictionary, it is " + value);
            }
            return ByteBuffer.wrap(wire.opcodes(value));
        } catch (PickleException e) {
            throw new UnsendableTransactionException(tid, "is damaged: " + e.getMessage(), e);
        } catch (NotPlainException e) {
            return opcodes(tid, extension);
        }
    }

    private static ByteBuffer opcodes(Tid tid, Bytes extension) {
        try {
            OpcodeRange opcodes = OpcodeRange.ofPickle(extension.asByteBuffer());
            if (!opcodes.isSelfContained()) {
                throw new UnsendableTransactionException(
                        tid, "can stand only where it is, it uses frames of protocol 4");
            }
            return opcodes.bytes();
        } catch (PickleException e) {
            throw new UnsendableTransactionException(tid, "is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * The pickle by which a storage keeps an extension that came in a message.
     *
     * @param value the extension
     * @param message the message that it came in; its position does not move
     * @return empty for an empty dictionary
     * @throws MalformedMessageException if it is no dictionary, or cannot be taken out of the message
     */
    Bytes toStored(PickleValue value, ByteBuffer message) {
        if (!isMapping(value)) {
            throw new MalformedMessageException("an extension must be a dictionary, it is " + value);
        }
        if (value instanceof PickleDict dict && dict.size() == 0) {
            return Bytes.EMPTY;
        }
        try {
            return Bytes.copyOf(stored.pickle(value));
        } catch (NotPlainException e) {
            return Bytes.copyOf(asPickle(cutOut(message)));
        }
    }

    private static ByteBuffer cutOut(ByteBuffer message) {
        try {
            List<OpcodeRange> parts = OpcodeRange.ofPickle(message).items();
            List<OpcodeRange> fields = parts.size() == 2 ? parts.get(1).items() : List.of();
            if (fields.size() != FIELDS || !fields.get(FIELDS - 1).isSelfContained()) {
                throw new MalformedMessageException(
                        "an extension with objects cannot be told from the message around it");
            }
            return fields.get(FIELDS - 1).bytes();
        } catch (PickleException e) {
            throw new MalformedMessageException("an extension with objects: " + e.getMessage(), e);
        }
    }

    private ByteBuffer asPickle(ByteBuffer opcodes) {
        ByteBuffer pickle = ByteBuffer.allocate(PROTOCOL_3.length + opcodes.remaining() + 1);
        if (dialect == PickleDialect.PYTHON3) {
            pickle.put(PROTOCOL_3);
        }
        return pickle.put(opcodes).put(STOP).flip();
    }

    /** Whether it is a dictionary, or an object of a class, which may be one. */
    private static boolean isMapping(PickleValue value) {
        return value instanceof PickleDict
                || (value instanceof PickleObject && value.asBytes().isEmpty());
    }
}
