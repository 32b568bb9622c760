package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.StorageException;
import io.zrs.testing.FakeConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalFailureTest {
    private final Scene scene = Scene.open();
    private final PrimaryStream primary = new PrimaryStream();

    private static UncheckedIOException diskFull() {
        return new UncheckedIOException(new IOException("No space left on device"));
    }

    private void isFailedAndTriesAgainLate() {
        assertThat(scene.state()).isEqualTo(SecondaryState.FAILED);
        assertThat(scene.lastReason()).isEqualTo(Disconnection.Reason.LOCAL_FAILURE);
        assertThat(scene.storage.openTransactions).isZero();
        assertThat(scene.storage.openBlobs).isZero();
        assertThat(scene.reactor.later()).isEqualTo(Scene.seconds(60));
    }

    @Test
    void dropsTheConnectionWhenTheDiskIsFullAndGoesOnWhenItIsNot() {
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(10).begin(11).bytes());
        scene.storage.beforeRestore = () -> {
            throw diskFull();
        };
        peer.sendRaw(primary.store(1, 11, "data").commit().transaction(12).bytes());
        assertThat(peer.isClosed()).isTrue();
        isFailedAndTriesAgainLate();
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
        assertThat(scene.secondary.status().lastDisconnection().orElseThrow().message())
                .contains("No space left on device");

        scene.storage.beforeRestore = () -> {};
        scene.reactor.doLater();
        FakeConnection again = scene.reactor.accept();
        assertThat(Scene.sent(again)).isEqualTo(Scene.handshake(10));
        again.sendRaw(new PrimaryStream(10).transaction(11).transaction(12).bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10, 11, 12));
        assertThat(scene.state()).isEqualTo(SecondaryState.FOLLOWING);
    }

    @Test
    void keepsWhatWasWholeBeforeTheFailure() {
        FakeConnection peer = scene.reactor.accept();
        int[] records = {0};
        scene.storage.beforeRestore = () -> {
            if (++records[0] == 2) {
                throw diskFull();
            }
        };
        peer.sendRaw(primary.transaction(10).transaction(11).transaction(12).bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
        isFailedAndTriesAgainLate();
    }

    @Test
    void appliesNothingThatFollowsAFailure() {
        ManualExecutor disk = new ManualExecutor();
        Scene slow = Scene.with(disk, settings -> settings);
        FakeConnection peer = slow.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).store(1, 10, "lost").bytes());
        peer.sendRaw(primary.store(2, 10, "more").commit().transaction(11).bytes());
        slow.storage.beforeRestore = () -> {
            slow.storage.beforeRestore = () -> {};
            throw diskFull();
        };
        disk.runAll();
        assertThat(peer.isClosed()).isTrue();
        disk.runAll();
        assertThat(slow.storage.tids()).isEmpty();
        assertThat(slow.storage.openTransactions).isZero();
        assertThat(slow.state()).isEqualTo(SecondaryState.FAILED);
    }

    @Test
    void survivesAStorageThatRefusesATransaction() {
        scene.storage.beforeBegin = () -> {
            throw new MetadataTooLongException("extension", 70_000, 65_535);
        };
        scene.reactor.accept().sendRaw(primary.transaction(10).bytes());
        isFailedAndTriesAgainLate();
        assertThat(scene.secondary.status().lastDisconnection().orElseThrow().message())
                .contains("extension of 70000 bytes is too long");
    }

    @Test
    void survivesAFailureInTheMiddleOfABlob() {
        FakeConnection peer = scene.reactor.accept();
        scene.storage.beforeRestore = () -> {
            throw diskFull();
        };
        peer.sendRaw(
                primary.begin(10).beginBlob(1, 10, "blob", 4).blobBytes("data").bytes());
        isFailedAndTriesAgainLate();
    }

    @Test
    void doesNotForceAgainAfterAForceThatFailed() {
        int[] forces = {0};
        scene.storage.beforeForce = () -> {
            forces[0]++;
            throw diskFull();
        };
        scene.reactor.accept().sendRaw(primary.transaction(10).bytes());
        isFailedAndTriesAgainLate();
        scene.reactor.doLater();
        scene.reactor.accept().close();
        scene.secondary.close();
        assertThat(forces[0]).isEqualTo(1);
        assertThat(scene.storage.closed).isTrue();
    }

    @Test
    void survivesAnError() {
        scene.storage.beforeRestore = () -> {
            throw new AssertionError("a broken invariant");
        };
        scene.reactor.accept().sendRaw(primary.transaction(10).bytes());
        isFailedAndTriesAgainLate();
        scene.secondary.close();
        assertThat(scene.storage.closed).isTrue();
    }

    @Test
    void tellsAFailureThatShowsAfterTheConnectionIsGone() {
        ManualExecutor disk = new ManualExecutor();
        Scene slow = Scene.with(disk, settings -> settings);
        FakeConnection peer = slow.reactor.accept();
        peer.sendRaw(primary.transaction(10).bytes());
        peer.close();
        assertThat(slow.state()).isEqualTo(SecondaryState.WAITING);
        slow.storage.beforeRestore = () -> {
            throw new StorageException("no");
        };
        disk.runAll();
        assertThat(slow.state()).isEqualTo(SecondaryState.FAILED);
        assertThat(slow.reactor.later()).isEqualTo(Scene.seconds(60));
    }

    @Test
    void endsWhenTheExecutorTakesNoTasks() {
        ManualExecutor executor = new ManualExecutor();
        Scene orphan = Scene.with(executor, settings -> settings);
        FakeConnection peer = orphan.reactor.accept().pieces(Integer.MAX_VALUE);
        executor.runAll();
        executor.shutDown = true;
        peer.sendRaw(primary.transaction(10).bytes());
        assertThat(peer.isClosed()).isTrue();
        assertThat(orphan.state()).isEqualTo(SecondaryState.FAILED);
        assertThat(orphan.reactor.later()).isEmpty();
        orphan.secondary.close();
        assertThat(orphan.storage.tids()).isEqualTo(Scene.tids(10));
        assertThat(orphan.storage.closed).isTrue();
    }

    @Test
    void doesNotHammerAStorageThatHasFailedForGood() {
        scene.storage.beforeBegin = () -> {
            throw new StorageException("no");
        };
        for (int i = 0; i < 3; i++) {
            scene.reactor.accept().sendRaw(new PrimaryStream().transaction(10).bytes());
            assertThat(scene.reactor.later()).containsExactly(Duration.ofSeconds(60));
            scene.reactor.doLater();
        }
    }
}
