package io.zrs.lab.siege;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.lab.ZrsProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That the room of a process ends, where nothing can be mounted. */
@Timeout(60)
class SmallDiskTest {
    @TempDir
    private Path directory;

    @Test
    void endsWhereItIsSaidTo() throws IOException, InterruptedException, TimeoutException {
        try (SmallDisk disk = SmallDisk.limit(directory, 2)) {
            assertThat(write(disk, 1)).isZero();
            assertThat(write(disk, 3)).isPositive();
            assertThat(disk.enlarge(0, null)).isTrue();
            assertThat(write(disk, 3)).isZero();
        }
    }

    @Test
    void isSeenToBeFull() {
        assertThat(SmallDisk.fullSigns("ERROR: a: No space left on device\nb: File too large"))
                .isEqualTo(2);
        assertThat(SmallDisk.fullSigns("all is well")).isZero();
    }

    private int write(SmallDisk disk, int mebibytes) throws IOException, InterruptedException, TimeoutException {
        List<String> command = disk.confine(
                List.of("dd", "if=/dev/zero", "of=" + directory.resolve("file"), "bs=1M", "count=" + mebibytes));
        try (ZrsProcess process = ZrsProcess.start(command, directory.resolve("log"))) {
            return process.awaitEnd();
        }
    }
}
