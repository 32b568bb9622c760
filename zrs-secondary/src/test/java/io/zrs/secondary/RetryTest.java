package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.RefusedException;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.testing.FakeConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class RetryTest {
    private static final byte[] BAD = {0, 0, 0, 1, '?'};

    private final Scene scene = Scene.open();
    private final PrimaryStream primary = new PrimaryStream();

    /** The delay before the next attempt, which is made then; one that is made at once has been made. */
    private Duration nextAttempt() {
        if (!scene.reactor.clients().isEmpty()) {
            return Duration.ZERO;
        }
        List<Duration> later = scene.reactor.later();
        assertThat(later).hasSize(1);
        scene.reactor.doLater();
        assertThat(scene.reactor.clients()).hasSize(1);
        return later.get(0);
    }

    @Test
    void triesAtOnceThenLaterAndLater() {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            scene.reactor.reject();
            assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.NOT_CONNECTED);
            delays.add(nextAttempt());
        }
        assertThat(delays).isEqualTo(Scene.seconds(0, 1, 2, 4, 8, 16, 32, 60, 60, 60));
    }

    @Test
    void givesUpAnAttemptThatGetsNoAnswer() {
        assertThat(scene.reactor.later()).isEqualTo(Scene.seconds(30));
        scene.reactor.doLater();
        assertThat(scene.secondary.status().lastDisconnection())
                .contains(new Disconnection(Disconnection.Reason.NOT_CONNECTED, "no answer within 30 s"));
        assertThat(nextAttempt()).isZero();
    }

    @Test
    void triesAtOnceAgainAfterProgress() {
        scene.reactor.reject();
        scene.reactor.reject();
        assertThat(nextAttempt()).isEqualTo(Duration.ofSeconds(1));
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(10).bytes());
        peer.fail();
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.LOST);
        assertThat(nextAttempt()).isZero();
    }

    @Test
    void waitsLongerWhereAConnectionBringsNothing() {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            scene.reactor.accept().close();
            assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.REFUSED);
            delays.add(nextAttempt());
        }
        assertThat(delays).isEqualTo(Scene.seconds(0, 1, 2, 4));
    }

    @Test
    void takesASilentConnectionThatLastsForAGoodOne() {
        for (int i = 0; i < 4; i++) {
            scene.reactor.accept().close();
            nextAttempt();
        }
        FakeConnection peer = scene.reactor.accept();
        assertThat(scene.reactor.later()).isEqualTo(Scene.seconds(60));
        scene.reactor.doLater();
        assertThat(scene.reactor.later()).isEmpty();
        assertThat(peer.isClosed()).isFalse();
        peer.close();
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.CLOSED);
        assertThat(nextAttempt()).isZero();
    }

    @Test
    void tellsAPrimaryThatStopsFromOneThatRefuses() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.begin(10).bytes());
        peer.close();
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.CLOSED);
    }

    @Test
    void sendsSignsOfLifeWhileConnected() {
        Scene lively = Scene.with(settings -> settings.withKeepAliveInterval(Duration.ofSeconds(20)));
        FakeConnection peer = lively.reactor.accept();
        Scene.sent(peer);
        assertThat(lively.reactor.later()).isEqualTo(Scene.seconds(20, 60));
        lively.reactor.doLater();
        assertThat(Scene.sent(peer)).isEqualTo(Scene.keepAlive());
        assertThat(lively.reactor.later()).isEqualTo(Scene.seconds(20, 40));
        lively.reactor.doLater();
        assertThat(Scene.sent(peer)).isEqualTo(Scene.keepAlive());
        peer.close();
        assertThat(lively.reactor.later()).isEqualTo(Scene.seconds(30)); // for the next attempt
    }

    @Test
    void refusesATransactionThatIsNotNewer() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(10).transaction(11).transaction(11).bytes());
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10, 11));
        assertThat(scene.secondary.status().lastDisconnection().orElseThrow().message())
                .contains("TransactionOutOfOrderException", "transaction 0x0b", "is not newer");

        FakeConnection again = scene.reactor.accept();
        again.sendRaw(new PrimaryStream(11).transaction(10).bytes());
        assertThat(again.isClosed()).isTrue();
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.DAMAGED_STREAM);
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10, 11));
    }

    @Test
    void comparesTidsUnsigned() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(Long.MAX_VALUE).transaction(-1).bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(Long.MAX_VALUE, -1));
        peer.sendRaw(primary.transaction(1).bytes());
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void appliesWhatWasWholeBeforeTheFault() {
        FakeConnection peer = scene.reactor.accept();
        peer.pieces(Integer.MAX_VALUE);
        peer.sendRaw(Bytes.concat(primary.transaction(10).begin(11).bytes(), BAD));
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
        assertThat(scene.storage.openTransactions).isZero();
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.DAMAGED_STREAM);
        assertThat(nextAttempt()).isZero();
    }

    @Test
    void waitsLongerWhereTheSameFaultComesAgain() {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            scene.reactor.accept().sendRaw(BAD);
            delays.add(nextAttempt());
        }
        assertThat(delays).isEqualTo(Scene.seconds(0, 1, 2));
    }

    @Test
    void passesOnWhyTheProtocolSaysItIsRefused() {
        ReceivingSession session = Mockito.mock();
        Mockito.doThrow(new RefusedException("you are ahead")).when(session).receive(Mockito.any());
        ReplicationProtocol outspoken = Mockito.mock();
        Mockito.when(outspoken.objectionToReceive(Mockito.any())).thenReturn(Optional.empty());
        Mockito.when(outspoken.receive(Mockito.any(), Mockito.any(), Mockito.any(), Mockito.any()))
                .thenReturn(session);
        Scene refused = Scene.with(settings -> settings.withProtocols(List.of(outspoken)));
        FakeConnection peer = refused.reactor.accept();
        peer.sendRaw(BAD);
        assertThat(peer.isClosed()).isTrue();
        assertThat(refused.secondary.status().lastDisconnection())
                .contains(new Disconnection(Disconnection.Reason.REFUSED, "refused by the primary: you are ahead"));
    }
}
