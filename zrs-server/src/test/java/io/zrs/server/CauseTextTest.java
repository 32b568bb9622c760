package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CauseTextTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.zrs.Any");

    @Test
    void keepsToOneLine() {
        log.setLevel(Level.INFO);
        assertThat(text(new IOException("disk on fire"))).isEqualTo(" (java.io.IOException: disk on fire)");
    }

    @Test
    void showsTheStackTraceInADebugLog() {
        log.setLevel(Level.DEBUG);
        assertThat(text(new IOException("disk on fire")).lines().skip(1))
                .startsWith("java.io.IOException: disk on fire")
                .anyMatch(line -> line.contains("at io.zrs.server.CauseTextTest"));
    }

    @Test
    void saysNothingOfNoException() {
        assertThat(text(null)).isEmpty();
    }

    private String text(@Nullable Throwable cause) {
        CauseText converter = new CauseText();
        converter.setContext(context);
        converter.start();
        return converter.convert(new LoggingEvent("", log, Level.WARN, "message", cause, null));
    }
}
