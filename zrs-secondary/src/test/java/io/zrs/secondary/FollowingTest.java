package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.Oid;
import io.zrs.storage.Packable;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

class FollowingTest {
    private final Scene scene = Scene.open();
    private final PrimaryStream primary = new PrimaryStream();

    @Test
    void connectsAndSaysWhatItHas() {
        assertThat(scene.reactor.clients()).containsExactly(Scene.PRIMARY);
        assertThat(scene.state()).isEqualTo(SecondaryState.CONNECTING);
        FakeConnection peer = scene.reactor.accept();
        assertThat(Scene.sent(peer)).isEqualTo(Scene.handshake(0));
        assertThat(scene.state()).isEqualTo(SecondaryState.FOLLOWING);
    }

    @Test
    void showsATransactionWhenItIsWholeAndForced() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.begin(10).store(1, 10, "one").bytes());
        assertThat(scene.secondary.lastTransaction()).isEqualTo(Tid.NONE);
        assertThat(scene.secondary.status().allOnDisk()).isFalse();

        peer.sendRaw(primary.store(2, 10, "two").commit().bytes());
        assertThat(scene.secondary.lastTransaction()).isEqualTo(new Tid(10));
        assertThat(scene.secondary.load(new Oid(2)).data()).asString().isEqualTo("two");
        assertThat(scene.storage.forceCount).isEqualTo(1);
        assertThat(scene.storage.visible.get(0).dialect()).isEqualTo(PickleDialect.PYTHON3);
        assertThat(scene.storage
                        .visible
                        .get(0)
                        .header()
                        .metadata()
                        .description()
                        .toUtf8String())
                .isEqualTo("transaction 10");
    }

    @Test
    void acknowledgesWhatIsOnDisk() {
        Queue<ReceivingSession> sessions = new ArrayDeque<>();
        ReplicationProtocol watched = Mockito.mock(AdditionalAnswers.delegatesTo(Scene.zrs21()));
        Mockito.doAnswer(call -> {
                    ReceivingSession session = Scene.zrs21()
                            .receive(
                                    call.getArgument(0), call.getArgument(1), call.getArgument(2), call.getArgument(3));
                    sessions.add(Mockito.mock(AdditionalAnswers.delegatesTo(session)));
                    return sessions.element();
                })
                .when(watched)
                .receive(Mockito.any(), Mockito.any(), Mockito.any(), Mockito.any());
        FakeConnection peer = Scene.with(settings -> settings.withProtocols(List.of(watched)))
                .reactor
                .accept()
                .pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).bytes());
        Mockito.verify(sessions.element(), Mockito.never()).acknowledge(Mockito.any());
        peer.sendRaw(primary.commit().transaction(11).begin(12).bytes());
        Mockito.verify(sessions.element()).acknowledge(new Tid(11));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 1000})
    void takesBlobsCutAnywhere(int pieceSize) {
        FakeConnection peer = scene.reactor.accept();
        peer.pieces(pieceSize);
        peer.sendRaw(primary.begin(10)
                .beginBlob(1, 10, "blob record", 11)
                .blobBytes("hello ")
                .blobBytes("world")
                .beginBlob(2, 10, "empty", 0)
                .store(3, 10, "plain")
                .commit()
                .bytes());
        Tid tid = new Tid(10);
        assertThat(scene.storage.visible.get(0).revisions())
                .containsExactly(
                        new RecordingStorage.Revision(new Oid(1), tid, "blob record", null, "hello world"),
                        new RecordingStorage.Revision(new Oid(2), tid, "empty", null, ""),
                        new RecordingStorage.Revision(new Oid(3), tid, "plain", null, null));
        assertThat(scene.storage.openBlobs).isZero();
    }

    @Test
    void continuesAfterADisconnectionFromWhatItHas() {
        FakeConnection first = scene.reactor.accept();
        first.sendRaw(primary.transaction(10).begin(11).store(1, 11, "lost").bytes());
        first.close();
        assertThat(scene.storage.openTransactions).isZero();
        FakeConnection second = scene.reactor.accept();
        assertThat(Scene.sent(second)).isEqualTo(Scene.handshake(10));
        second.sendRaw(new PrimaryStream(10).transaction(11).bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10, 11));
    }

    @Test
    void abortsABlobThatIsCutOff() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.begin(10)
                .beginBlob(1, 10, "blob", 100)
                .blobBytes("some")
                .bytes());
        assertThat(scene.storage.openBlobs).isEqualTo(1);
        peer.close();
        assertThat(scene.storage.openBlobs).isZero();
        assertThat(scene.storage.openTransactions).isZero();
        assertThat(scene.storage.forceCount).isZero();
    }

    @Test
    void offersNothingThatWrites() {
        assertThat(scene.secondary.capability(BlobCapable.class)).containsSame(scene.storage);
        assertThat(scene.secondary.capability(TransactionLog.class)).isEmpty(); // the base has none
        assertThat(scene.secondary.capability(WritableStorage.class)).isEmpty();
        assertThat(scene.secondary.capability(RestorableStorage.class)).isEmpty();
        assertThat(scene.secondary.capability(BlobRestorableStorage.class)).isEmpty();
        assertThat(scene.secondary.capability(RecordingStorage.class)).isEmpty();
    }

    @Test
    void passesOnWhatReadsAndWhatPacks() {
        for (Class<?> type : List.of(
                TransactionLog.class, HistoryCapable.class, RecordIteration.class, Packable.class, Undoable.class)) {
            scene.storage.more.put(type, Mockito.mock(type));
        }
        for (Class<?> type :
                List.of(TransactionLog.class, HistoryCapable.class, RecordIteration.class, Packable.class)) {
            assertThat(scene.secondary.capability(type).map(Object.class::cast))
                    .containsSame(scene.storage.more.get(type));
        }
        assertThat(scene.secondary.capability(Undoable.class)).isEmpty();
    }

    @Test
    void tellsCommitListeners() {
        List<Tid> heard = new ArrayList<>();
        scene.secondary.addCommitListener(transaction -> heard.add(transaction.tid()));
        scene.reactor.accept().sendRaw(primary.transaction(10).transaction(11).bytes());
        assertThat(heard).isEqualTo(Scene.tids(10, 11));
    }

    @Test
    void tellsHowItIsDoing() {
        byte[] bytes = primary.transaction(10).transaction(11).bytes();
        scene.reactor.accept().sendRaw(bytes);
        SecondaryStatus status = scene.secondary.status();
        assertThat(status)
                .isEqualTo(new SecondaryStatus(
                        SecondaryState.FOLLOWING,
                        Scene.PRIMARY,
                        Scene.ZRS21,
                        new Tid(11),
                        1,
                        2,
                        bytes.length,
                        0,
                        true,
                        Optional.empty()));
        assertThat(status.lastTransactionTime()).contains(new Tid(11).toInstant());
    }

    @Test
    void tellsStateListenersInOrder() {
        List<SecondaryState> heard = new ArrayList<>();
        scene.secondary.addStateListener(status -> {
            throw new IllegalStateException("a bad listener");
        });
        scene.secondary.addStateListener(status -> heard.add(status.state()));
        scene.reactor.accept().close();
        scene.secondary.close();
        assertThat(heard)
                .containsExactly(
                        SecondaryState.FOLLOWING,
                        SecondaryState.WAITING,
                        SecondaryState.CONNECTING,
                        SecondaryState.CLOSED);
    }

    @Test
    void forgetsAStateListenerThatIsClosed() {
        List<SecondaryState> heard = new ArrayList<>();
        scene.secondary.addStateListener(status -> heard.add(status.state())).close();
        scene.reactor.accept();
        assertThat(heard).isEmpty();
    }

    @Test
    void usesTheFirstProtocolThatSuitsTheStorage() {
        ReplicationProtocol demanding = Mockito.mock(ReplicationProtocol.class);
        Mockito.when(demanding.id()).thenReturn("new");
        Mockito.when(demanding.objectionToReceive(Mockito.any())).thenReturn(Optional.of("it is too old"));
        Scene other = Scene.with(settings -> settings.withProtocols(List.of(demanding, Scene.zrs21())));
        assertThat(other.secondary.status().protocol()).isEqualTo(Scene.ZRS21);

        SecondarySettings settings = SecondarySettings.standard(new Random(0)).withProtocols(List.of(demanding));
        RecordingStorage base = new RecordingStorage();
        assertThatThrownBy(() -> Secondary.start(base, Scene.PRIMARY, new FakeReactor(), Runnable::run, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("memory cannot follow a primary: new: it is too old");
        assertThat(base.closed).isFalse();
    }

    @Test
    void passesRecordsOnAsTheyAre() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.begin(10).store(7, 3, "").store(7, 3, "x").commit().bytes());
        assertThat(scene.storage.visible.get(0).revisions())
                .containsExactly(
                        new RecordingStorage.Revision(new Oid(7), new Tid(3), "", null, null),
                        new RecordingStorage.Revision(new Oid(7), new Tid(3), "x", null, null));
        assertThat(scene.secondary.loadSerial(new Oid(7), new Tid(3))).isEqualTo("x".getBytes(StandardCharsets.UTF_8));
    }
}
