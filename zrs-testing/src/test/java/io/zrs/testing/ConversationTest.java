package io.zrs.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.protocol.ChecksumException;
import io.zrs.protocol.Greeting;
import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import io.zrs.protocol.ReplicationSink;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.Transport;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a test talks to a secondary, and to a primary: both are the protocol's sessions here, with nothing around them. */
final class ConversationTest {
    private static final SocketAddress ADDRESS = InetSocketAddress.createUnresolved("primary", 8000);
    private static final Tid TID = Tid.parse("036c6b90f7777778");
    private static final TransactionHeader HEADER = new TransactionHeader(
            TID, TransactionHeader.COMMITTED, TransactionMetadata.of("", "initial database creation"));

    private final FakeReactor reactor = new FakeReactor();
    private final ReplicationProtocol protocol =
            ReplicationProtocols.find("zrs2.1").orElseThrow();

    @ParameterizedTest
    @EnumSource
    void aTestPlaysThePrimary(PickleDialect dialect) {
        SecondaryHandler secondary = new SecondaryHandler();

        // A secondary connects. Nothing is there that it could connect to: we accept.
        reactor.connect(ADDRESS, secondary);
        FakeConnection connection = reactor.accept();

        // It says two things: which protocol it speaks, and the last transaction that it has.
        assertThat(connection.read()).asString().isEqualTo("zrs2.1");
        assertThat(connection.read()).isEqualTo(new byte[8]);

        // From then on it listens. The connection keeps the checksum for us.
        connection.send(new Begin(HEADER, dialect));
        connection.send(new Store(Oid.ROOT, TID, null));
        connection.send("data".getBytes(US_ASCII));
        connection.send(new Commit(connection.digest()));
        assertThat(secondary.seen).containsExactly("begin " + TID, "store data", "commit");

        // A second time with a wrong one.
        secondary.seen.clear();
        connection.send(new Begin(HEADER, dialect));
        connection.send(new Commit(Bytes.copyOf(new byte[16])));
        assertThat(secondary.cause).isInstanceOf(ChecksumException.class);
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aTestPlaysASecondary() throws IOException {
        PrimaryHandler primary = new PrimaryHandler();
        reactor.listen(new InetSocketAddress(8000), () -> primary);

        FakeConnection connection = reactor.connect(8000);
        assertThatThrownBy(connection::digest).isInstanceOf(IllegalStateException.class);
        connection.send("zrs2.1".getBytes(US_ASCII));
        connection.send(new byte[8]);

        assertThat(connection.readMessage()).isEqualTo(new Begin(HEADER, PickleDialect.PYTHON3));
        assertThat(connection.readMessage()).isEqualTo(new Store(Oid.ROOT, TID, null));
        assertThat(connection.read()).asString().isEqualTo("data");
        Bytes digest = connection.digest();
        assertThat(connection.readMessage()).isEqualTo(new Commit(digest));
        assertThat(connection.readMessage()).isNull();
        assertThat(connection.digest()).isNotEqualTo(digest);
    }

    @Test
    void aSecondaryFollowsAPrimaryOnTheSameReactor() throws IOException {
        SecondaryHandler secondary = new SecondaryHandler();
        reactor.listen(ADDRESS, PrimaryHandler::new);
        reactor.connect(ADDRESS, secondary);
        reactor.run();
        assertThat(secondary.seen).containsExactly("begin " + TID, "store data", "commit");
    }

    private final class SecondaryHandler implements ConnectionHandler, ReplicationSink {
        private final List<String> seen = new ArrayList<>();
        private @Nullable ReceivingSession session;
        private @Nullable Throwable cause;

        @Override
        public void connected(Transport transport) {
            session = protocol.receive(Tid.NONE, this, transport::write, ProtocolLimits.DEFAULT);
        }

        @Override
        public void received(ByteBuffer bytes) {
            if (session != null) {
                session.receive(bytes);
            }
        }

        @Override
        public void disconnected(@Nullable Throwable why) {
            cause = why;
        }

        @Override
        public void begin(TransactionHeader header, PickleDialect dialect) {
            seen.add("begin " + header.tid());
        }

        @Override
        public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
            seen.add("store " + (data == null ? "nothing" : new String(data, US_ASCII)));
        }

        @Override
        public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {
            seen.add("blob");
        }

        @Override
        public void blobBytes(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void endBlob() {}

        @Override
        public void commit() {
            seen.add("commit");
        }
    }

    /** Sends one transaction to whoever asks. */
    private final class PrimaryHandler implements ConnectionHandler, SendingEvents {
        private final Greeting greeting = new Greeting();
        private @Nullable Transport transport;
        private @Nullable SendingSession session;

        @Override
        public void connected(Transport to) {
            transport = to;
        }

        @Override
        public void received(ByteBuffer bytes) {
            if (session == null && greeting.decode(bytes) != null && transport != null) {
                session = protocol.send(this, transport::write);
            }
            if (session != null) {
                session.receive(bytes);
            }
        }

        @Override
        public void start(Tid last) {
            if (session != null) {
                session.begin(HEADER, PickleDialect.PYTHON3);
                session.store(new DataRecord(Oid.ROOT, TID, "data".getBytes(US_ASCII), null));
                session.commit();
                session.flush();
            }
        }

        @Override
        public void acknowledged(Tid tid) {}

        @Override
        public void disconnected(@Nullable Throwable cause) {}
    }
}
