package io.zrs.primary;

import static io.zrs.primary.FakeSecondary.ascii;
import static io.zrs.primary.FakeSecondary.introduce;
import static io.zrs.primary.FakeSecondary.kinds;
import static io.zrs.primary.FaultyStorage.blobRecord;
import static io.zrs.primary.FaultyStorage.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.primary.FollowerStatus.State;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import io.zrs.testing.LogCapture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

/** What those who connect to a primary see, and what its log says. */
class PrimaryTest {
    private static final int PORT = 8000;
    private static final Tid T1 = Tid.parse("0x036c6b90f7777777");
    private static final Tid T2 = Tid.parse("0x036c6b90fbbbbbbb");
    private static final Tid T3 = Tid.parse("0x036c6b9100000000");

    private final FakeReactor reactor = new FakeReactor();
    private final LogCapture log = LogCapture.of(Primary.class);
    private final FaultyStorage storage = new FaultyStorage(true);
    private Primary primary;

    @BeforeEach
    void startPrimary() throws IOException {
        primary = start(storage, PrimarySettings.defaults());
    }

    @AfterEach
    void stopPrimary() {
        primary.close();
        reactor.run();
        log.close();
        assertThat(storage.openCount()).isZero();
        assertThat(reactor.ports()).isEmpty();
        assertThat(reactor.later()).isEmpty();
    }

    @Test
    void throwsIfItCannotListen() {
        assertThatThrownBy(() -> start(storage, PrimarySettings.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("8000");
    }

    @Test
    void refusesAStorageWithoutALog() {
        Storage plain = Mockito.mock(Storage.class);
        Mockito.when(plain.capability(Mockito.any())).thenReturn(Optional.empty());
        Mockito.when(plain.name()).thenReturn("plain");
        assertThatThrownBy(() -> Primary.start(
                        plain,
                        new InetSocketAddress(PORT + 1),
                        reactor,
                        reactor.executor(),
                        PrimarySettings.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plain");
        assertThat(reactor.ports()).hasSize(1);
    }

    @Test
    void saysNothingBeforeTheSecondary() {
        storage.commit(T1, record(1, T1, 10));
        FakeConnection connection = reactor.connect(PORT);
        assertThat(connection.readRaw()).isEmpty();
        connection.send(ascii("zrs2.1"));
        assertThat(connection.readRaw()).isEmpty();
        assertThat(connection.isClosed()).isFalse();
    }

    @Test
    void sendsNewCommitsToWaitingFollowers() {
        FakeConnection first = follow(Tid.NONE);
        FakeConnection second = follow(Tid.NONE);
        assertThat(first.read()).isNull();
        storage.commit(T1, record(1, T1, 10));
        assertThat(kinds(first)).isEqualTo("T S data C");
        assertThat(kinds(second)).isEqualTo("T S data C");
        storage.commit(T2);
        assertThat(kinds(first)).isEqualTo("T C");
    }

    @Test
    void logsTheLifeOfAFollower() {
        storage.commit(T1, record(1, T1, 10));
        FakeConnection connection = follow(T1);
        String peer = peers().get(0);
        storage.commit(T2);
        connection.close();
        assertThat(lines("INFO"))
                .containsExactly(
                        "serving memory at 0.0.0.0/0.0.0.0:8000",
                        peer + ": follows by zrs2.1 from 0x036c6b90f7777777 (2007-03-21 20:32:58.000000)",
                        peer + ": has been sent all there is, the last transaction sent is 0x036c6b90f7777777"
                                + " (2007-03-21 20:32:58.000000)",
                        peer + ": disconnected, the last transaction sent is 0x036c6b90fbbbbbbb"
                                + " (2007-03-21 20:32:59.000000)");
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "zrs2.0, 'invalid protocol ''zrs2.0'': it takes zrs2.1'",
        "zrs9.9, 'invalid protocol ''zrs9.9'', not one of [zrs2.0, zrs2.1]'",
        "'', it has 0",
        "nonsense!, it has 9",
        "\u00e9\u00e9, no ASCII"
    })
    void refusesAnInvalidProtocol(String id, String reason) {
        FakeConnection connection = reactor.connect(PORT);
        connection.send(id.getBytes(StandardCharsets.UTF_8));
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("WARN 127.0.0.1:")
                .contains(reason);
        assertThat(primary.status().lastProblem()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zrs2.0", "zrs2.1"})
    void servesAStorageWithoutBlobsByBothProtocols(String id) throws IOException {
        FaultyStorage plain = new FaultyStorage(false);
        plain.commit(T1, blobRecord(1, T1));
        try (Primary other = Primary.start(
                plain, new InetSocketAddress(PORT + 1), reactor, reactor.executor(), PrimarySettings.defaults())) {
            FakeConnection connection = reactor.connect(PORT + 1);
            introduce(connection, id, Tid.NONE);
            assertThat(kinds(connection)).isEqualTo("T S data C");
            assertThat(problems()).isEmpty();
            assertThat(other.status().followers()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "01020304050607"})
    void refusesAnInvalidTid(String tid) {
        FakeConnection connection = reactor.connect(PORT);
        connection.send(ascii("zrs2.1"));
        connection.send(HexFormat.of().parseHex(tid));
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems()).singleElement().asString().contains("tid of 8 bytes");
    }

    @Test
    void takesSignsOfLife() {
        FakeConnection connection = follow(Tid.NONE);
        connection.send(new byte[0]);
        connection.send(new byte[0]);
        assertThat(connection.isClosed()).isFalse();
        storage.commit(T1);
        assertThat(kinds(connection)).isEqualTo("T C");
    }

    @Test
    void refusesFurtherMessages() {
        FakeConnection connection = follow(Tid.NONE);
        connection.send(ascii("more"));
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems()).singleElement().asString().contains("4 bytes came");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void refusesALongMessageWithoutWaitingForIt(int messagesBefore) {
        FakeConnection connection = reactor.connect(PORT);
        List<byte[]> before = List.of(ascii("zrs2.1"), new byte[8]);
        before.subList(0, messagesBefore).forEach(connection::send);
        connection.sendRaw(new byte[] {0, 0, 0, 9});
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems()).singleElement().asString().contains("9");
    }

    @Test
    void refusesASecondaryThatIsAhead() {
        storage.commit(T1);
        FakeConnection connection = follow(T2);
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.readRaw()).isEmpty();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("refused, the secondary is ahead")
                .contains("0x036c6b90fbbbbbbb (2007-03-21 20:32:59.000000)")
                .contains("0x036c6b90f7777777 (2007-03-21 20:32:58.000000)");
    }

    @Test
    void refusesASecondaryWhoseHistoryHasParted() {
        storage.commit(T1);
        storage.commit(T3);
        FakeConnection connection = follow(T2);
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("the histories have parted")
                .contains(T2.toString());
    }

    @Test
    void acceptsASecondaryWhoseLastTransactionMayHaveBeenPackedAway() {
        storage.commit(T2);
        storage.answerMatch(HistoryMatch.PACKED_AWAY);
        assertThat(kinds(follow(T1))).isEqualTo("T C");
        assertThat(lines("INFO")).anyMatch(line -> line.contains("may have been packed away"));
        assertThat(problems()).isEmpty();
    }

    @Test
    void holdsBackWhatASlowReaderDoesNotTake() {
        for (int i = 1; i <= 100; i++) {
            storage.commit(new Tid(i), record(i, new Tid(i), 100_000));
        }
        FakeConnection slow = connectStalled();
        FakeConnection quick = follow(Tid.NONE);
        assertThat(slow.backlogBytes())
                .isBetween((long) NioReactor.BACKLOG_HIGH_BYTES, NioReactor.BACKLOG_HIGH_BYTES + 300_000L);
        assertThat(quick.readRaw()).hasSizeGreaterThan(100 * 100_000);
        assertThat(primary.status().followers())
                .extracting(FollowerStatus::state)
                .containsExactly(State.SENDING, State.CAUGHT_UP);
        slow.resume();
        assertThat(slow.readRaw()).hasSizeGreaterThan(100 * 100_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closesTheBlobWhenTheConnectionIsLostInTheMiddle(boolean orderly) {
        MemoryChannel channel = new MemoryChannel(MemoryChannel.content(3 << 20));
        storage.putBlob(1, T1, () -> channel);
        storage.commit(T1, blobRecord(1, T1));
        FakeConnection connection = connectStalled();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.position()).isBetween(1L, 2L << 20);
        if (orderly) {
            connection.close();
        } else {
            connection.fail();
        }
        assertThat(channel.isOpen()).isFalse();
        assertThat(storage.openCount()).isZero();
        assertThat(primary.status().followers()).isEmpty();
    }

    @Test
    void sendsABlobWithoutFileAsARecordAndSaysSoOnce() {
        storage.commit(T1, blobRecord(7, T1), blobRecord(8, T1));
        FakeConnection connection = follow(Tid.NONE);
        assertThat(kinds(connection)).isEqualTo("T S data S data C");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("without its blob", "never written or has lost its file", "oid 0x07", T1.toString());
        assertThat(primary.status().followers().get(0).blobsMissing()).isEqualTo(2);
    }

    @Test
    void dropsTheConnectionWhenABlobCannotBeOpened() {
        storage.putBlob(7, T1, () -> {
            throw new UncheckedIOException(new IOException("Input/output error"));
        });
        storage.commit(T1, blobRecord(7, T1));
        FakeConnection connection = follow(Tid.NONE);
        assertThat(connection.isClosed()).isTrue();
        assertThat(problems()).singleElement().asString().startsWith("ERROR").contains("Input/output error");
    }

    @Test
    void endsOnlyTheConnectionThatMeetsDamage() {
        storage.commit(T1, record(1, T1, 1));
        storage.commit(T2, record(1, T2, 1));
        FakeConnection behindTheDamage = follow(T2);
        storage.failAt(T2, new CorruptedStorageException("Data.fs", 4711, "no record"));
        FakeConnection before = follow(Tid.NONE);
        assertThat(before.isClosed()).isTrue();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("Data.fs at offset 4711: no record", "the last transaction sent is " + T1);
        storage.commit(T3);
        assertThat(kinds(behindTheDamage)).isEqualTo("T C");
    }

    @Test
    void closesWhoDoesNotIntroduceHimselfInTime() {
        FakeConnection silent = reactor.connect(PORT);
        FakeConnection half = reactor.connect(PORT);
        half.send(ascii("zrs2.1"));
        FakeConnection follower = follow(Tid.NONE);
        assertThat(reactor.later()).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(30));
        reactor.advance(Duration.ofSeconds(29));
        assertThat(silent.isClosed()).isFalse();
        reactor.advance(Duration.ofSeconds(1));
        assertThat(silent.isClosed()).isTrue();
        assertThat(half.isClosed()).isTrue();
        assertThat(follower.isClosed()).isFalse();
        assertThat(problems()).hasSize(2).allMatch(line -> line.contains("not introduced itself in time"));
    }

    @Test
    void servesOthersWhileFiveThousandSayNothing() throws IOException {
        List<FakeConnection> silent = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            silent.add(reactor.connect(PORT));
        }
        assertThat(silent.stream().filter(each -> !each.isClosed())).hasSize(64);
        storage.commit(T1);
        assertThat(kinds(follow(Tid.NONE))).isEqualTo("T C");
        assertThat(primary.status().followers()).hasSize(64);
        assertThat(problems()).singleElement().asString().contains("64 connections have not introduced themselves");

        log.clear();
        reactor.advance(Duration.ofSeconds(30));
        assertThat(primary.status().followers()).hasSize(1);
        log.clear();
        reactor.advance(Duration.ofSeconds(30));
        assertThat(problems())
                .containsExactly("WARN 4936 more connections closed in the last minute, as there were too many");
        reactor.advance(Duration.ofSeconds(60));
        assertThat(reactor.later()).isEmpty();
    }

    @Test
    void closesConnectionsBeyondTheLimit() throws IOException {
        primary.close();
        reactor.run();
        primary = start(storage, PrimarySettings.defaults().withLimits(2, 2));
        FakeConnection first = follow(Tid.NONE);
        FakeConnection second = follow(Tid.NONE);
        List<FakeConnection> beyond =
                IntStream.range(0, 5).mapToObj(i -> reactor.connect(PORT)).toList();
        assertThat(beyond).allMatch(FakeConnection::isClosed);
        assertThat(problems()).singleElement().asString().contains("2 connections are open");
        first.close();
        FakeConnection third = follow(Tid.NONE);
        storage.commit(T1);
        assertThat(kinds(second)).isEqualTo("T C");
        assertThat(kinds(third)).isEqualTo("T C");
    }

    @Test
    void tellsHowItStands() {
        storage.commit(T1, record(1, T1, 10));
        reactor.connect(PORT);
        FakeConnection follower = follow(Tid.NONE);
        PrimaryStatus status = primary.status();
        assertThat(status.address()).isEqualTo(new InetSocketAddress(PORT));
        assertThat(status.lastTransaction()).isEqualTo(T1);
        assertThat(status.lastProblem()).isNull();
        List<String> peers = peers();
        assertThat(status.followers())
                .containsExactly(
                        new FollowerStatus(peers.get(0), null, State.HANDSHAKE, null, null, 0, 0),
                        new FollowerStatus(
                                peers.get(1), "zrs2.1", State.CAUGHT_UP, T1, null, follower.readRaw().length, 0));
    }

    private Primary start(Storage served, PrimarySettings settings) throws IOException {
        return Primary.start(served, new InetSocketAddress(PORT), reactor, reactor.executor(), settings);
    }

    private FakeConnection follow(Tid last) {
        FakeConnection connection = reactor.connect(PORT);
        introduce(connection, "zrs2.1", last);
        return connection;
    }

    private FakeConnection connectStalled() {
        FakeConnection connection = reactor.connect(PORT);
        connection.stall();
        introduce(connection, "zrs2.1", Tid.NONE);
        return connection;
    }

    private List<String> peers() {
        return primary.status().followers().stream().map(FollowerStatus::peer).toList();
    }

    private List<String> lines(String level) {
        return log.lines().stream()
                .filter(line -> line.startsWith(level + " "))
                .map(line -> line.split(" ", 3)[2])
                .toList();
    }

    private List<String> problems() {
        return log.lines().stream()
                .filter(line -> !line.startsWith("INFO") && !line.startsWith("DEBUG"))
                .map(line -> line.replace(Primary.class.getName() + " ", ""))
                .toList();
    }
}
