package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.testing.LogCapture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusLogTest {
    @TempDir
    private Path directory;

    private long nanos;

    @Test
    void saysHowItGoesAtFirstAndOnceAMinute() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        FileStorage storage = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()));
        try (Node node = Node.start(storage, null, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                LogCapture log = LogCapture.of(StatusLog.class)) {
            StatusLog status = new StatusLog(() -> StatusLine.of(node), () -> nanos);
            status.update();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0))
                    .contains("INFO")
                    .contains("status: serving at 127.0.0.1:")
                    .endsWith(", at 0x036c6b9151111111 (2007-03-21 20:33:19.000000), 0 followers");
            nanos = 59_999_999_999L;
            status.update();
            assertThat(log.lines()).hasSize(1);
            nanos = 60_000_000_000L;
            status.update();
            assertThat(log.lines()).hasSize(2);
        }
    }
}
