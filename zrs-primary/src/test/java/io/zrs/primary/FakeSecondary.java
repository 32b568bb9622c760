package io.zrs.primary;

import io.zrs.protocol.MessageDecoder;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Handler;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a secondary says, and hears. */
final class FakeSecondary {
    private FakeSecondary() {}

    /** Says where to begin. */
    static void introduce(FakeConnection connection, String protocol, Tid last) {
        connection.send(ascii(protocol));
        connection.send(tid(last));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] tid(Tid tid) {
        return ByteBuffer.allocate(Long.BYTES).putLong(tid.value()).array();
    }

    /** The kinds of all frames that have come: {@code T S data B data block C}; as a transaction has at least a beginning. */
    static String kinds(FakeConnection connection) {
        Kinds kinds = new Kinds();
        for (byte[] payload = connection.read(); payload != null; payload = connection.read()) {
            kinds.add(payload);
        }
        return String.join(" ", kinds.seen);
    }

    private static final class Kinds implements Handler<RuntimeException> {
        private final List<String> seen = new ArrayList<>();
        private final MessageDecoder decoder = new MessageDecoder();
        private long dataCount;
        private long blockCount;

        void add(byte[] payload) {
            if (dataCount > 0) {
                dataCount--;
                seen.add("data");
            } else if (blockCount > 0) {
                blockCount--;
                seen.add("block");
            } else {
                decoder.decode(ByteBuffer.wrap(payload)).dispatch(this);
            }
        }

        @Override
        public void begin(Begin message) {
            seen.add("T");
        }

        @Override
        public void store(Store message) {
            seen.add("S");
            dataCount = 1;
        }

        @Override
        public void storeBlob(StoreBlob message) {
            seen.add("B");
            dataCount = 1;
            blockCount = message.blockCount();
        }

        @Override
        public void commit(Commit message) {
            seen.add("C");
        }
    }
}
