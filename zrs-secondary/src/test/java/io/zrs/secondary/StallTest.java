package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.secondary.Disconnection.Reason;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A primary that stops in the middle of something, as it seems to do if a length was damaged on the way. */
class StallTest {
    private static final String KILOBYTE = "x".repeat(1000);

    private final PrimaryStream primary = new PrimaryStream();

    @Test
    void givesUpAMessageThatDoesNotEnd() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(ByteBuffer.allocate(Integer.BYTES).putInt(100).array());
        scene.reactor.advance(StallWatch.GRACE.minusMillis(1));
        assertThat(peer.isClosed()).isFalse();
        scene.reactor.advance(Duration.ofMillis(1));
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.lastReason()).isEqualTo(Reason.LOST);
        assertThat(scene.reactor.clients()).hasSize(1); // it connects again
    }

    /** Of three bytes nobody can tell what they are the beginning of. */
    @Test
    void givesUpALengthThatDoesNotEnd() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(new byte[3]);
        scene.reactor.advance(StallWatch.GRACE);
        assertThat(peer.isClosed()).isTrue();
    }

    /** The blocks that are missing will never come; the transactions behind it are taken for them. */
    @Test
    void givesUpATransactionThatSwallowsThoseBehindIt() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).beginBlob(1, 10, "blob", 1 << 30).bytes());
        PrimaryStream behind = new PrimaryStream();
        for (int tid = 11; tid < 20 && !peer.isClosed(); tid++) {
            scene.reactor.advance(Duration.ofSeconds(10));
            peer.sendRaw(behind.transaction(tid).bytes());
        }
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.lastReason()).isEqualTo(Reason.LOST);
        assertThat(scene.storage.openTransactions).isZero();
        assertThat(scene.storage.visible).isEmpty();
    }

    @Test
    void hasPatienceWithASlowPrimary() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).bytes());
        int kilobytesEachMinute = StallWatch.BYTES_PER_SECOND_MIN * 60 / 1000 + 1;
        for (int minute = 0; minute < 60; minute++) {
            for (int i = 0; i < kilobytesEachMinute; i++) {
                peer.sendRaw(primary.store(1, 10, KILOBYTE).bytes());
            }
            scene.reactor.advance(Duration.ofMinutes(1));
        }
        peer.sendRaw(primary.commit().bytes());
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10));
    }

    @Test
    void hasPatienceBetweenTransactions() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept();
        peer.sendRaw(primary.transaction(10).bytes());
        scene.reactor.advance(Duration.ofDays(100));
        peer.sendRaw(primary.transaction(11).bytes());
        assertThat(scene.secondary.lastTransaction()).isEqualTo(new Tid(11));
        assertThat(scene.secondary.status().connectCount()).isEqualTo(1);
    }

    /** The time begins anew with each transaction, however quickly those before it came. */
    @Test
    void doesNotCountTheHasteOfEarlierTransactions() {
        Scene scene = Scene.open();
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(1).bytes());
        for (int tid = 1; tid < 1000; tid++) {
            peer.sendRaw(primary.store(1, tid, KILOBYTE).commit().begin(tid + 1).bytes());
        }
        scene.reactor.advance(StallWatch.GRACE);
        assertThat(peer.isClosed()).isTrue();
        assertThat(scene.secondary.lastTransaction()).isEqualTo(new Tid(999));
    }

    @Test
    void hasPatienceWithItsOwnDisk() {
        ManualExecutor disk = new ManualExecutor();
        Scene scene = Scene.with(disk, settings -> settings.withQueueSizeMax(10_000));
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).bytes());
        while (!peer.isReadingPaused()) {
            peer.sendRaw(primary.store(1, 10, KILOBYTE).bytes());
        }
        scene.reactor.advance(Duration.ofHours(1));
        assertThat(peer.isClosed()).isFalse();
        disk.runAll();
        scene.reactor.advance(StallWatch.GRACE.minusMillis(1));
        assertThat(peer.isClosed()).isFalse();
        scene.reactor.advance(Duration.ofMillis(1));
        assertThat(peer.isClosed()).isTrue();
    }
}
