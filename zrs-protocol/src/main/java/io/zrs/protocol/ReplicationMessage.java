package io.zrs.protocol;

import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import org.jspecify.annotations.Nullable;

/**
 * One pickled message of a {@code zrs2.x} stream, each in a frame of its own. Payload bytes follow it in further frames:
 *
 * <pre>
 * transaction := Begin { Store data | StoreBlob data block*blockCount } Commit
 * </pre>
 *
 * <p>Threading: immutable. Source: zc.zrs, primary.py and secondary.py.
 */
public sealed interface ReplicationMessage {
    /**
     * {@code ('T', (tid, status, user, description, extension))}: a transaction begins.
     *
     * @param header with the extension as a storage has it: a pickle in the language of {@code dialect}, or empty
     * @param dialect the Python version whose pickles the stream consists of
     */
    record Begin(TransactionHeader header, PickleDialect dialect) implements ReplicationMessage {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.begin(this);
        }
    }

    /**
     * {@code ('S', (oid, serial, '', dataTid))}: one object revision; its data is the next frame, empty if the object does not exist.
     *
     * @param serial normally, but not always, the tid of the transaction
     * @param dataTid revision that this one refers to instead of having data of its own, null if it stands alone
     */
    record Store(Oid oid, Tid serial, @Nullable Tid dataTid) implements ReplicationMessage {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.store(this);
        }
    }

    /**
     * {@code ('B', (oid, serial, '', dataTid, blockCount))}: one revision of a blob object; its data is the next frame, and the bytes of
     * the blob are the {@code blockCount} frames behind that, of whatever sizes.
     *
     * @param serial as in {@link Store}
     * @param dataTid as in {@link Store}
     * @param blockCount not negative; Python primaries say 0 for an empty blob
     */
    record StoreBlob(Oid oid, Tid serial, @Nullable Tid dataTid, long blockCount) implements ReplicationMessage {
        /** Checks the range of {@code blockCount}. */
        public StoreBlob {
            if (blockCount < 0) {
                throw new IllegalArgumentException("blockCount must not be negative, it is " + blockCount);
            }
        }

        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.storeBlob(this);
        }
    }

    /**
     * {@code ('C', (md5,))}: the transaction is whole.
     *
     * @param md5 of the start tid and all payloads of the connection before this message, 16 bytes; empty if the message has none
     */
    record Commit(Bytes md5) implements ReplicationMessage {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.commit(this);
        }
    }

    /** Calls the one method of {@code handler} that matches this message. */
    <X extends Exception> void dispatch(Handler<X> handler) throws X;

    /** One method per message: a new message does not compile until every handler treats it. */
    interface Handler<X extends Exception> {
        /** Gets a {@link Begin}. */
        void begin(Begin message) throws X;

        /** Gets a {@link Store}. */
        void store(Store message) throws X;

        /** Gets a {@link StoreBlob}. */
        void storeBlob(StoreBlob message) throws X;

        /** Gets a {@link Commit}. */
        void commit(Commit message) throws X;
    }
}
