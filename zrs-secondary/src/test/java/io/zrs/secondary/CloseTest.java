package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.testing.FakeConnection;
import org.junit.jupiter.api.Test;

class CloseTest {
    private final Scene scene = Scene.open();
    private final PrimaryStream primary = new PrimaryStream();

    private void closes() {
        scene.secondary.close();
        assertThat(scene.storage.closed).isTrue();
        assertThat(scene.storage.openTransactions).isZero();
        assertThat(scene.storage.openBlobs).isZero();
        assertThat(scene.state()).isEqualTo(SecondaryState.CLOSED);
        assertThat(scene.reactor.later()).isEmpty();
        assertThat(scene.reactor.clients()).isEmpty();
        scene.secondary.close();
    }

    @Test
    void closesBeforeItBegan() {
        closes();
    }

    @Test
    void closesWhileConnecting() {
        scene.reactor.run();
        closes();
    }

    @Test
    void closesWhileWaiting() {
        scene.reactor.reject();
        scene.reactor.reject();
        assertThat(scene.state()).isEqualTo(SecondaryState.WAITING);
        closes();
    }

    @Test
    void closesWhileConnected() {
        FakeConnection peer = scene.reactor.accept();
        closes();
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void closesInTheMiddleOfATransaction() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(10).begin(11).store(1, 11, "half").bytes());
        closes();
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
    }

    @Test
    void closesInTheMiddleOfABlob() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.begin(10)
                .beginBlob(1, 10, "blob", 100)
                .blobBytes("some")
                .bytes());
        closes();
    }

    @Test
    void bringsToDiskWhatWaits() {
        ManualExecutor slow = new ManualExecutor();
        Scene waiting = Scene.with(slow, settings -> settings);
        waiting.reactor.accept().sendRaw(primary.transaction(10).begin(11).bytes());
        assertThat(waiting.storage.tids()).isEmpty();
        waiting.secondary.close();
        assertThat(waiting.storage.tids()).isEqualTo(Scene.tids(10));
        assertThat(waiting.storage.closed).isTrue();
        slow.runAll(); // comes too late, and does nothing
        assertThat(waiting.storage.forceCount).isEqualTo(1);
    }

    @Test
    void takesNothingMore() {
        FakeConnection peer = scene.reactor.accept();
        scene.secondary.close();
        peer.sendRaw(primary.transaction(10).bytes());
        assertThat(scene.storage.tids()).isEmpty();
        assertThat(scene.secondary.status().allOnDisk()).isTrue();
    }

    @Test
    void closesWhileTheOldConnectionIsBroughtToDisk() {
        ManualExecutor slow = new ManualExecutor();
        Scene draining = Scene.with(slow, settings -> settings);
        FakeConnection peer = draining.reactor.accept();
        peer.sendRaw(primary.transaction(10).bytes());
        peer.close();
        draining.secondary.close();
        slow.runAll();
        assertThat(draining.storage.tids()).isEqualTo(Scene.tids(10));
        assertThat(draining.reactor.later()).isEmpty();
    }

    @Test
    void mayBeClosedByACommitListener() {
        scene.secondary.addCommitListener(transaction -> scene.secondary.close());
        scene.reactor.accept().sendRaw(primary.transaction(10).bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
        closes();
    }

    @Test
    void mayBeClosedByAStateListener() {
        scene.secondary.addStateListener(status -> scene.secondary.close());
        scene.reactor.accept();
        closes();
    }

    @Test
    void answersWithItsStatusAfterwards() {
        scene.reactor.accept().sendRaw(primary.transaction(10).bytes());
        closes();
        assertThat(scene.secondary.status().lastTransaction())
                .isEqualTo(Scene.tids(10).get(0));
    }
}
