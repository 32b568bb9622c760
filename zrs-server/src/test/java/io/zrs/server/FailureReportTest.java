package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureReportTest {
    @Test
    void saysWhatAFileNameAloneDoesNot() {
        assertThat(FailureReport.text(new NoSuchFileException("a/b"))).isEqualTo("a/b does not exist");
        assertThat(FailureReport.text(new AccessDeniedException("a/b"))).isEqualTo("a/b: permission denied");
    }

    @Test
    void saysEachThingOnce() {
        IOException cause = new IOException("disk on fire");
        assertThat(FailureReport.text(new UncheckedIOException(cause))).isEqualTo("disk on fire");
        assertThat(FailureReport.text(new UncheckedIOException("a cannot be read", cause)))
                .isEqualTo("a cannot be read: disk on fire");
        assertThat(FailureReport.text(new UncheckedIOException("a: disk on fire", cause)))
                .isEqualTo("a: disk on fire");
    }

    @Test
    void leavesAnswersAsTheyAre() {
        assertThat(FailureReport.text(new StorageException("no"))).isEqualTo("no");
        assertThat(FailureReport.text(new CommandFailure(ExitCode.CANNOT_OPEN, "no")))
                .isEqualTo("no");
    }

    @Test
    void namesTheTypeOfAFaultOfItsOwn() {
        assertThat(FailureReport.text(new IllegalStateException("odd")))
                .isEqualTo("java.lang.IllegalStateException: odd");
    }
}
