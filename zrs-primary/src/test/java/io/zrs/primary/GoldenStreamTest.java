package io.zrs.primary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.reactor.ConnectionHandler;
import io.zrs.storage.Storage;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bytes as the Python original sends. */
class GoldenStreamTest {
    private final FakeReactor reactor = new FakeReactor();

    @ParameterizedTest
    @MethodSource("io.zrs.primary.ExpectedStream#recordings")
    void sendsTheRecordedBytesInOneGo(String recording) throws Exception {
        try (Storage storage = GoldenStorage.open(recording);
                Primary primary = Primary.start(
                        storage, new InetSocketAddress(0), reactor, reactor.executor(), PrimarySettings.defaults())) {
            FakeConnection connection = reactor.connect(((InetSocketAddress) primary.address()).getPort());
            connection.sendRaw(ExpectedStream.sentByClient(recording));
            byte[] sent = connection.readRaw();
            assertThat(sent).isEqualTo(ExpectedStream.of(recording, sent));
            assertThat(connection.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.primary.ExpectedStream#recordings")
    void sendsTheRecordedBytesToAPeerThatTakesLittleAtATime(String recording) throws Exception {
        SlowTransport transport = new SlowTransport(100);
        try (Storage storage = GoldenStorage.open(recording)) {
            Setup setup = Setup.of(storage, reactor, reactor.executor(), PrimarySettings.defaults());
            ConnectionHandler handler = new Followers(setup).newHandler();
            handler.connected(transport);
            handler.received(ByteBuffer.wrap(ExpectedStream.sentByClient(recording)));
            reactor.run();
            while (transport.takeBacklog()) {
                handler.writable();
                reactor.run();
            }
        }
        byte[] sent = transport.written();
        assertThat(sent).isEqualTo(ExpectedStream.of(recording, sent));
    }
}
