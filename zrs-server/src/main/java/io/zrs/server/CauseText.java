package io.zrs.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;

/**
 * The exception of a log event: on the same line, as a log of one line an event has it; or its stack trace if the log shows
 * debug events. Threading: thread-safe.
 */
public final class CauseText extends ThrowableProxyConverter {
    /** For Logback. */
    public CauseText() {}

    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy cause = event.getThrowableProxy();
        if (cause == null) {
            return "";
        }
        boolean withTrace = getContext() instanceof LoggerContext context
                && context.getLogger(event.getLoggerName()).isDebugEnabled();
        return withTrace
                ? System.lineSeparator() + super.convert(event).stripTrailing()
                : " (" + cause.getClassName() + ": " + cause.getMessage() + ")";
    }
}
