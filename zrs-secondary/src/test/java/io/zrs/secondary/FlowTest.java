package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import org.junit.jupiter.api.Test;

class FlowTest {
    private static final int QUEUE_SIZE_MAX = 100_000;
    private static final String KILOBYTE = "x".repeat(1000);

    private final ManualExecutor disk = new ManualExecutor();
    private final Scene scene = Scene.with(disk, settings -> settings.withQueueSizeMax(QUEUE_SIZE_MAX));
    private final PrimaryStream primary = new PrimaryStream();

    @Test
    void stopsReadingWhenTheDiskIsSlowAndGoesOnWhenHalfIsGone() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).bytes());
        while (!peer.isReadingPaused()) {
            peer.sendRaw(primary.store(1, 10, KILOBYTE).bytes());
        }
        long full = scene.secondary.status().queueSize();
        assertThat(full).isBetween((long) QUEUE_SIZE_MAX, QUEUE_SIZE_MAX + 2000L);
        assertThat(scene.secondary.status().allOnDisk()).isFalse();

        long[] atResume = {-1};
        scene.storage.beforeRestore = () -> {
            scene.reactor.run();
            if (!peer.isReadingPaused() && atResume[0] < 0) {
                atResume[0] = scene.secondary.status().queueSize();
            }
        };
        disk.runAll();
        assertThat(atResume[0]).isBetween(QUEUE_SIZE_MAX / 2 - 2000L, QUEUE_SIZE_MAX / 2L);
        assertThat(scene.secondary.status().queueSize()).isZero();
    }

    @Test
    void holdsNoMoreThanItsQueueOfAHugeTransaction() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).beginBlob(1, 10, "blob", 10_000_000).bytes());
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            peer.sendRaw(primary.blobBytes(KILOBYTE).bytes());
            most = Math.max(most, scene.secondary.status().queueSize());
            if (peer.isReadingPaused()) {
                disk.runAll();
                scene.reactor.run();
                assertThat(peer.isReadingPaused()).isFalse();
            }
        }
        peer.sendRaw(primary.commit().bytes());
        disk.runAll();
        assertThat(most).isLessThan(QUEUE_SIZE_MAX + 2000L);
        assertThat(scene.storage.visible.get(0).revisions().get(0).blob()).hasSize(10_000_000);
    }

    @Test
    void countsWhatEmptyRecordsTake() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).bytes());
        for (int i = 0; i < QUEUE_SIZE_MAX / 100 && !peer.isReadingPaused(); i++) {
            peer.sendRaw(primary.store(1, 10, "").bytes());
        }
        assertThat(peer.isReadingPaused()).isTrue();
    }

    @Test
    void forcesOnceForAllThatHasArrived() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        for (int tid = 1; tid <= 20; tid++) {
            peer.sendRaw(primary.transaction(tid).bytes());
        }
        assertThat(disk.size()).isEqualTo(2); // one for the listeners of states
        disk.runAll();
        assertThat(scene.storage.forceCount).isEqualTo(1);
        assertThat(scene.secondary.lastTransaction()).isEqualTo(new Tid(20));
    }

    @Test
    void forcesWhatArrivesWhileItForces() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.transaction(1).bytes());
        scene.storage.beforeForce = () -> {
            scene.storage.beforeForce = () -> {};
            peer.sendRaw(primary.transaction(2).bytes());
        };
        disk.runAll();
        assertThat(scene.storage.forceCount).isEqualTo(2);
        assertThat(scene.secondary.lastTransaction()).isEqualTo(new Tid(2));
        assertThat(scene.secondary.status().allOnDisk()).isTrue();
    }

    @Test
    void doesNotForceWithoutNeed() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.begin(10).store(1, 10, "data").bytes());
        disk.runAll();
        peer.close();
        disk.runAll();
        assertThat(scene.storage.forceCount).isZero();
    }

    @Test
    void givesItsThreadBackThoughMoreIsThere() {
        ManualExecutor executor = new ManualExecutor();
        Scene roomy = sceneWithTwelveMegabytes(executor);
        executor.runOne();
        assertThat(roomy.storage.forceCount).isZero();
        assertThat(executor.size()).isEqualTo(1);
        executor.runAll();
        assertThat(roomy.storage.tids()).hasSize(12);
        assertThat(roomy.storage.forceCount).isEqualTo(1);
    }

    @Test
    void forcesAfterAWhileThoughMoreIsThere() {
        ManualExecutor executor = new ManualExecutor();
        Scene roomy = sceneWithTwelveMegabytes(executor);
        roomy.storage.beforeBegin = () -> roomy.reactor.advance(Applier.UNFORCED_TIME_MAX);
        executor.runOne();
        executor.runOne();
        assertThat(roomy.storage.forceCount).isEqualTo(1);
        assertThat(roomy.storage.tids()).hasSizeBetween(7, 9);
        executor.runAll();
        assertThat(roomy.storage.tids()).hasSize(12);
    }

    @Test
    void writesWhileTheDiskIsForced() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.transaction(10).bytes());
        int[] begunMeanwhile = {-1};
        scene.storage.beforeForce = () -> {
            scene.storage.beforeForce = () -> {};
            begunMeanwhile[0] = begunWhile(peer, primary.begin(11).store(1, 11, "data"));
        };
        disk.runAll();
        assertThat(begunMeanwhile[0]).isEqualTo(1);
    }

    @Test
    void keepsTransactionsWithBlobsUntilTheForceIsOver() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.transaction(10).bytes());
        int[] begunMeanwhile = {-1};
        scene.storage.beforeForce = () -> {
            scene.storage.beforeForce = () -> {};
            PrimaryStream blob = primary.begin(11)
                    .beginBlob(1, 11, "blob", 4)
                    .blobBytes("blob")
                    .commit();
            begunMeanwhile[0] = begunWhile(peer, blob);
        };
        disk.runAll();
        assertThat(begunMeanwhile[0]).isZero();
        assertThat(scene.storage.tids()).isEqualTo(Scene.tids(10, 11));
    }

    /** How many transactions the applier begins when {@code sent} comes and it has the turn. */
    private int begunWhile(FakeConnection peer, PrimaryStream sent) {
        int[] count = {0};
        scene.storage.beforeBegin = () -> count[0]++;
        peer.sendRaw(sent.bytes());
        disk.runOne();
        return count[0];
    }

    private Scene sceneWithTwelveMegabytes(ManualExecutor executor) {
        Scene roomy = Scene.with(executor, settings -> settings.withQueueSizeMax(3 * Applier.TURN_SIZE_MAX));
        FakeConnection peer = roomy.reactor.accept().pieces(Integer.MAX_VALUE);
        executor.runAll();
        String megabyte = "x".repeat(1 << 20);
        for (int tid = 1; tid <= 12; tid++) {
            peer.sendRaw(primary.begin(tid).store(1, tid, megabyte).commit().bytes());
        }
        return roomy;
    }

    @Test
    void connectsAgainOnlyWhenAllIsOnDisk() {
        FakeConnection peer = scene.reactor.accept().pieces(Integer.MAX_VALUE);
        peer.sendRaw(primary.transaction(10).transaction(11).begin(12).bytes());
        peer.close();
        assertThat(scene.reactor.later()).isEmpty();
        assertThat(scene.reactor.clients()).isEmpty();
        disk.runAll();
        assertThat(Scene.sent(scene.reactor.accept())).isEqualTo(Scene.handshake(11));
    }
}
