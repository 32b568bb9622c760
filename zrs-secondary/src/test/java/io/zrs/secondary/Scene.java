package io.zrs.secondary;

import io.zrs.protocol.Greeting;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A secondary over a storage in memory, whose primary speaks {@code zrs2.1} and is the test. */
final class Scene {
    static final String ZRS21 = "zrs2.1";
    static final InetSocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8100);

    final FakeReactor reactor = new FakeReactor();
    final RecordingStorage storage = new RecordingStorage();
    final Secondary secondary;

    private Scene(@Nullable Executor executor, UnaryOperator<SecondarySettings> change) {
        Executor applier = executor == null ? reactor.executor() : executor;
        secondary = Secondary.start(storage, PRIMARY, reactor, applier, change.apply(settings()));
    }

    /** All on one thread. */
    static Scene open() {
        return with(settings -> settings);
    }

    static Scene with(UnaryOperator<SecondarySettings> change) {
        return new Scene(null, change);
    }

    static Scene with(Executor executor, UnaryOperator<SecondarySettings> change) {
        return new Scene(executor, change);
    }

    /** Without jitter: every delay is the longest that it can be. */
    private static SecondarySettings settings() {
        Random none = new Random() {
            @Override
            public double nextDouble() {
                return 0;
            }
        };
        return SecondarySettings.standard(none).withProtocols(List.of(zrs21()));
    }

    /** What the secondary has sent since the last call. */
    static ByteBuffer sent(FakeConnection connection) {
        return ByteBuffer.wrap(connection.readRaw());
    }

    static ReplicationProtocol zrs21() {
        return ReplicationProtocols.find(ZRS21).orElseThrow();
    }

    static ByteBuffer handshake(long last) {
        return join(Greeting.encode(ZRS21), message(last));
    }

    /** A frame with nothing but a tid. */
    static ByteBuffer message(long tid) {
        return ByteBuffer.allocate(12).putInt(8).putLong(tid).flip();
    }

    static ByteBuffer keepAlive() {
        return ByteBuffer.allocate(4);
    }

    static ByteBuffer join(ByteBuffer... parts) {
        ByteBuffer all = ByteBuffer.allocate(1000);
        for (ByteBuffer part : parts) {
            all.put(part);
        }
        return all.flip();
    }

    static List<Tid> tids(long... values) {
        return java.util.Arrays.stream(values).mapToObj(Tid::new).toList();
    }

    static List<Duration> seconds(long... values) {
        return java.util.Arrays.stream(values).mapToObj(Duration::ofSeconds).toList();
    }

    SecondaryState state() {
        reactor.run();
        return secondary.status().state();
    }

    Disconnection.Reason lastReason() {
        reactor.run();
        return secondary.status().lastDisconnection().orElseThrow().reason();
    }
}
