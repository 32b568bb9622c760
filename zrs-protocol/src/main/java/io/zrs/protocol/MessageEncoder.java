package io.zrs.protocol;

import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as pickles, byte for byte as a Python primary of the same dialect does.
 *
 * <p>A {@link PickleDialect#PYTHON3} message is understood by Python 2 and 3, a {@link PickleDialect#PYTHON2} message by Python 2 alone.
 *
 * <p>Threading: confined to one thread at a time.
 */
public final class MessageEncoder {
    private final PickleDialect dialect;
    private final ExtensionCodec extensions;
    private final Writer writer = new Writer();
    private final MessageBytes out = new MessageBytes();

    /** The serial of the last record, nearly always that of the next one too: the transaction's tid. */
    private long lastSerial;

    /** How Python 3 writes {@link #lastSerial}; empty before there was one. */
    private byte[] lastSerialForm = {};

    /** An encoder for messages to peers that speak {@code dialect}. */
    public MessageEncoder(PickleDialect dialect) {
        this.dialect = dialect;
        this.extensions = new ExtensionCodec(dialect);
    }

    /**
     * The pickle of {@code message}, without a frame.
     *
     * @return valid until the next call, to be read only
     * @throws IllegalArgumentException if the message begins a transaction of the other dialect
     * @throws UnsendableTransactionException if it begins a transaction whose extension is damaged; the encoder can be used again
     */
    public ByteBuffer encode(ReplicationMessage message) {
        out.clear();
        message.dispatch(writer);
        return out.view();
    }

    private final class Writer implements ReplicationMessage.Handler<RuntimeException> {
        @Override
        public void begin(Begin message) {
            if (message.dialect() != dialect) {
                throw new IllegalArgumentException(
                        "a " + dialect + " message cannot hold a " + message.dialect() + " transaction");
            }
            TransactionHeader header = message.header();
            TransactionMetadata metadata = header.metadata();
            putBegin('T');
            putNumber(header.tid().value());
            putText(String.valueOf(header.status()));
            putBytes(metadata.user());
            putBytes(metadata.description());
            putExtension(header);
            out.put(CanonicalForm.END);
        }

        @Override
        public void store(Store message) {
            putBegin('S');
            putRevision(message.oid().value(), message.serial().value(), message.dataTid());
            out.put(CanonicalForm.END);
        }

        @Override
        public void storeBlob(StoreBlob message) {
            putBegin('B');
            putRevision(message.oid().value(), message.serial().value(), message.dataTid());
            putCount(message.blockCount());
            out.put(CanonicalForm.END);
        }

        @Override
        public void commit(Commit message) {
            putBegin('C');
            if (!message.md5().isEmpty()) {
                putBytes(message.md5());
            }
            out.put(CanonicalForm.END);
        }
    }

    private void putBegin(char kind) {
        out.put(CanonicalForm.begin(dialect));
        out.put((byte) kind);
        out.put(CanonicalForm.MARK);
    }

    private void putRevision(long oid, long serial, @Nullable Tid dataTid) {
        putNumber(oid);
        putSerial(serial);
        out.put(CanonicalForm.emptyText(dialect));
        if (dataTid == null) {
            out.put(CanonicalForm.NONE);
        } else {
            putNumber(dataTid.value());
        }
    }

    private void putSerial(long serial) {
        if (dialect == PickleDialect.PYTHON2) {
            putNumber(serial); // ten bytes, not worth keeping
        } else if (serial == lastSerial && lastSerialForm.length > 0) {
            out.put(lastSerialForm);
        } else {
            int start = out.size();
            putNumber(serial);
            lastSerial = serial;
            lastSerialForm = out.copyFrom(start);
        }
    }

    private void putNumber(long number) {
        if (dialect == PickleDialect.PYTHON2) {
            out.put(CanonicalForm.SHORT_BINSTRING);
            out.put((byte) Long.BYTES);
            out.putBigEndian(number);
            return;
        }
        out.put(CanonicalForm.ENCODE_BEGIN);
        out.putLittleEndian(MessageBytes.utf8Size(number));
        out.putUtf8(number);
        out.put(CanonicalForm.ENCODE_END);
    }

    private void putBytes(Bytes bytes) {
        if (dialect == PickleDialect.PYTHON2) {
            putByteString(bytes.asByteBuffer());
        } else if (bytes.isEmpty()) {
            out.put(CanonicalForm.NO_BYTES);
        } else {
            out.put(CanonicalForm.ENCODE_BEGIN);
            ByteBuffer content = bytes.asByteBuffer();
            int size = content.remaining();
            for (int i = 0; i < content.limit(); i++) {
                size += content.get(i) < 0 ? 1 : 0;
            }
            out.putLittleEndian(size);
            while (content.hasRemaining()) {
                out.putUtf8(content.get() & 0xff);
            }
            out.put(CanonicalForm.ENCODE_END);
        }
    }

    private void putText(String latin1) {
        if (dialect == PickleDialect.PYTHON2) {
            putByteString(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)));
        } else {
            byte[] utf8 = latin1.getBytes(StandardCharsets.UTF_8);
            out.put(CanonicalForm.BINUNICODE);
            out.putLittleEndian(utf8.length);
            out.put(utf8);
        }
    }

    private void putByteString(ByteBuffer content) {
        if (content.remaining() <= 0xff) {
            out.put(CanonicalForm.SHORT_BINSTRING);
            out.put((byte) content.remaining());
        } else {
            out.put(CanonicalForm.BINSTRING);
            out.putLittleEndian(content.remaining());
        }
        out.put(content);
    }

    private void putExtension(TransactionHeader header) {
        Bytes extension = header.metadata().extension();
        if (extension.isEmpty()) {
            out.put(CanonicalForm.EMPTY_DICT);
        } else {
            out.put(extensions.toWire(header.tid(), extension));
        }
    }

    private void putCount(long count) {
        if (dialect == PickleDialect.PYTHON2 || count > Integer.MAX_VALUE) {
            out.put(CanonicalForm.LONG);
            out.put((count + "L\n").getBytes(StandardCharsets.US_ASCII));
        } else if (count <= 0xff) {
            out.put(CanonicalForm.BININT1);
            out.put((byte) count);
        } else if (count <= 0xffff) {
            out.put(CanonicalForm.BININT2);
            out.put((byte) count);
            out.put((byte) (count >> Byte.SIZE));
        } else {
            out.put(CanonicalForm.BININT);
            out.putLittleEndian((int) count);
        }
    }
}
