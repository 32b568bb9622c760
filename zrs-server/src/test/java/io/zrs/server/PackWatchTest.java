package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Oid;
import io.zrs.storage.PackListener.Phase;
import io.zrs.storage.Tid;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PackWatchTest {
    private final StopSignal stop = StopSignal.byRequest();
    private final StringWriter written = new StringWriter();
    private long nanos;

    @Test
    void showsEachPhaseInItsUnit() {
        PackWatch watch = watch(true);
        nanos += 300_000_000;
        watch.progress(Phase.MARK, 500, 2000);
        nanos += 300_000_000;
        watch.progress(Phase.COPY, 500_000, 2_000_000);
        nanos += 300_000_000;
        watch.progress(Phase.CLEAN_UP, 1, 2);
        assertThat(written.toString().split("\r\033\\[K"))
                .containsExactly(
                        "",
                        "finding what stays: 25 % of 2,000 objects",
                        "copying what stays: 25 % of 2.0 MB",
                        "cleaning up: 50 % of 2");
    }

    @Test
    void endsAPackThatIsToStop() {
        PackWatch watch = watch(true);
        assertThatCode(() -> watch.progress(Phase.MARK, 0, 1)).doesNotThrowAnyException();
        assertThatCode(watch::beforeSwitch).doesNotThrowAnyException();
        stop.request();
        assertStops(() -> watch.progress(Phase.MARK, 0, 1));
        assertStops(() -> watch.progress(Phase.COPY, 0, 1));
        assertStops(watch::beforeSwitch);
    }

    @Test
    void letsAPackThatTookEffectEnd() {
        stop.request();
        assertThatCode(() -> watch(true).progress(Phase.CLEAN_UP, 0, 1)).doesNotThrowAnyException();
    }

    @Test
    void refusesToLeaveTheFilesOfBlobs() {
        PackWatch watch = watch(false);
        assertThatCode(watch::beforeSwitch).doesNotThrowAnyException();
        watch.removesBlob(new Oid(1), new Tid(1));
        watch.removesBlob(new Oid(1), new Tid(2));
        assertThatThrownBy(watch::beforeSwitch)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(ExitCode.USAGE))
                .hasMessage("Data.fs is as it was: the pack would remove 2 blobs, whose files would be left;"
                        + " say by --blobs where they are");
    }

    @Test
    void countsBlobs() {
        PackWatch watch = watch(true);
        watch.removesBlob(new Oid(1), new Tid(1));
        watch.beforeSwitch();
        assertThat(watch.removedBlobCount()).isEqualTo(1);
    }

    private PackWatch watch(boolean hasBlobDirectory) {
        Progress progress = new Progress(new PrintWriter(written), true, () -> nanos);
        return new PackWatch(Path.of("Data.fs"), hasBlobDirectory, stop, progress);
    }

    private static void assertStops(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(ExitCode.STOPPED))
                .hasMessage("stopped; Data.fs is as it was");
    }
}
