package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.primary.FollowerStatus;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.secondary.Disconnection;
import io.zrs.secondary.Disconnection.Reason;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.secondary.SecondaryState;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

/** Primary and secondary replicate by a protocol that neither knows of, on one thread. */
class ThirdProtocolTest {
    private static final InetSocketAddress FIRST = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8100);
    private static final InetSocketAddress SECOND = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8101);

    @TempDir
    private Path directory;

    private final FakeReactor reactor = new FakeReactor();
    private final ReplicationProtocol crc =
            ReplicationProtocols.find(CrcProtocol.ID).orElseThrow();

    /** What is to be closed, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
            reactor.run();
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void replicatesToASecondaryAndItsSecondary(long seed) throws Exception {
        Random random = new Random(Long.getLong("zrs.seed", seed));
        Site site = site("primary");
        Storage storage = open(site);
        Workload workload = new Workload(storage, random);
        for (int i = 0; i < 20; i++) {
            workload.commit();
        }
        Primary primary = serve(storage, FIRST);
        Secondary secondary = follow(open(site("secondary")), FIRST);
        Primary relay = serve(secondary, SECOND);
        Secondary chained = follow(open(site("chained")), SECOND);
        for (int i = 0; i < 20; i++) {
            Tid tid = workload.commit();
            reactor.run();
            assertThat(secondary.lastTransaction()).isEqualTo(tid);
            assertThat(chained.lastTransaction()).isEqualTo(tid);
            assertThat(onlyFollower(primary).acknowledged()).isEqualTo(tid);
            assertThat(onlyFollower(relay).acknowledged()).isEqualTo(tid);
        }
        assertThat(onlyFollower(primary).protocol()).isEqualTo(CrcProtocol.ID);
        assertThat(chained.status().protocol()).isEqualTo(CrcProtocol.ID);
        closeAll();
        assertThat(site("secondary").faults(site)).isEmpty();
        assertThat(site("chained").faults(site)).isEmpty();
    }

    @Test
    void tellsASecondaryThatIsAheadWhyAndServesItWhenItIsNot() throws IOException {
        Storage storage = open(site("primary"));
        Workload workload = new Workload(storage, new Random(0));
        Storage ahead = open(site("secondary"));
        Workload same = new Workload(ahead, new Random(0));
        same.commit();
        Tid last = same.commit();
        Tid here = workload.commit();
        Primary primary = serve(storage, FIRST);
        Secondary secondary = follow(ahead, FIRST);

        assertThat(secondary.status().state()).isEqualTo(SecondaryState.WAITING);
        Disconnection why = secondary.status().lastDisconnection().orElseThrow();
        assertThat(why.reason()).isEqualTo(Reason.REFUSED);
        assertThat(why.message())
                .startsWith("refused by the primary: the secondary is ahead")
                .contains(last.toString(), here.toString());
        assertThat(primary.status().followers()).isEmpty();

        workload.commit();
        workload.commit();
        reactor.advance(Duration.ofMinutes(1));
        assertThat(secondary.status().state()).isEqualTo(SecondaryState.FOLLOWING);
        assertThat(secondary.lastTransaction()).isEqualTo(storage.lastTransaction());
    }

    @Test
    void breaksOffWhoDoesNotTakeTheReason() throws IOException {
        Storage storage = open(site("primary"));
        new Workload(storage, new Random(0)).commit();
        Primary primary = serve(storage, FIRST);
        FakeConnection connection = reactor.connect(FIRST);
        connection.stall();
        connection.send(CrcProtocol.ID.getBytes(StandardCharsets.US_ASCII));
        connection.send(ByteBuffer.allocate(9).put((byte) 'L').putLong(-1).array());
        assertThat(connection.isClosed()).isFalse();
        reactor.advance(PrimarySettings.defaults().handshakeTimeout());
        assertThat(connection.isClosed()).isTrue();
        assertThat(primary.status().followers()).isEmpty();
    }

    @Test
    void breaksOffWhoBreaksTheProtocolWhileHeIsServed() throws IOException {
        Storage storage = open(site("primary"));
        Primary primary = serve(storage, FIRST);
        Secondary secondary = follow(open(site("secondary")), FIRST);
        FakeConnection connection = reactor.connect(FIRST);
        connection.send(CrcProtocol.ID.getBytes(StandardCharsets.US_ASCII));
        connection.send(ByteBuffer.allocate(9).put((byte) 'L').array());
        connection.send(new byte[] {'X'});
        assertThat(connection.isClosed()).isTrue();
        assertThat(primary.status().lastProblem()).contains("unknown message X");
        new Workload(storage, new Random(0)).commit();
        reactor.run();
        assertThat(secondary.lastTransaction()).isEqualTo(storage.lastTransaction());
    }

    @Test
    void trustsItsOwnChecksum() throws IOException {
        Secondary secondary = follow(open(site("secondary")), FIRST);
        byte[] sound = transaction();
        byte[] damaged = sound.clone();
        damaged[damaged.length - 20] ^= 1; // of the record, before the commit with its 4 + 5 bytes
        reactor.accept().sendRaw(damaged);
        assertThat(secondary.lastTransaction()).isEqualTo(Tid.NONE);
        Disconnection why = secondary.status().lastDisconnection().orElseThrow();
        assertThat(why.reason()).isEqualTo(Reason.DAMAGED_STREAM);
        assertThat(why.message()).contains("wrong checksum");
        reactor.accept().sendRaw(sound);
        assertThat(secondary.lastTransaction()).isEqualTo(new Tid(10));
    }

    private byte[] transaction() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SendingSession session = crc.send(Mockito.mock(SendingEvents.class), bytes -> {
            while (bytes.hasRemaining()) {
                out.write(bytes.get());
            }
        });
        Tid tid = new Tid(10);
        session.begin(
                new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY),
                PickleDialect.PYTHON3);
        session.store(new DataRecord(new Oid(1), tid, new byte[100], null));
        session.commit();
        session.flush();
        return out.toByteArray();
    }

    private static FollowerStatus onlyFollower(Primary primary) {
        assertThat(primary.status().followers()).hasSize(1);
        return primary.status().followers().get(0);
    }

    private Site site(String name) throws IOException {
        return new Site(Files.createDirectories(directory.resolve(name)));
    }

    private Storage open(Site site) {
        Storage storage = site.open();
        open.push(storage);
        return storage;
    }

    private Primary serve(Storage storage, InetSocketAddress address) throws IOException {
        Primary primary = Primary.start(storage, address, reactor, reactor.executor(), PrimarySettings.defaults());
        open.push(primary);
        return primary;
    }

    private Secondary follow(Storage base, InetSocketAddress address) {
        SecondarySettings settings = SecondarySettings.standard(new Random(0)).withProtocols(List.of(crc));
        Secondary secondary = Secondary.start(base, address, reactor, reactor.executor(), settings);
        open.push(secondary);
        reactor.run();
        return secondary;
    }
}
