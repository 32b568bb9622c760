package io.zrs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class LogCaptureTest {
    private final Logger logger = LoggerFactory.getLogger(LogCaptureTest.class);

    @Test
    void capturesTheLoggerAndThoseBelow() {
        try (LogCapture log = LogCapture.of("io.zrs.testing")) {
            logger.info("{} bytes", 3);
            logger.debug("details");
            logger.trace("too much");
            assertThat(log.lines())
                    .containsExactly(
                            "INFO io.zrs.testing.LogCaptureTest 3 bytes",
                            "DEBUG io.zrs.testing.LogCaptureTest details");
            log.clear();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void keepsWhatItCapturesUnlessItIsToPassItOn() {
        try (LogCapture outer = LogCapture.of("io.zrs.testing");
                LogCapture inner = LogCapture.of(LogCaptureTest.class)) {
            logger.info("kept");
            inner.passOn();
            logger.info("passed on");
            assertThat(inner.lines()).hasSize(2);
            assertThat(outer.lines()).containsExactly("INFO io.zrs.testing.LogCaptureTest passed on");
        }
    }

    @Test
    void leavesTheLoggerAsItWas() {
        ch.qos.logback.classic.Logger before = (ch.qos.logback.classic.Logger) logger;
        LogCapture log = LogCapture.of(LogCaptureTest.class);
        assertThat(before.isAdditive()).isFalse();
        log.close();
        assertThat(before.getLevel()).isNull();
        assertThat(before.isAdditive()).isTrue();
        assertThat(before.iteratorForAppenders().hasNext()).isFalse();
        logger.debug("not captured");
        assertThat(log.lines()).isEmpty();
    }
}
