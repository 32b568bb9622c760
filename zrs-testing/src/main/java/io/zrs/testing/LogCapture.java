package io.zrs.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a logger, and those below it, are told while this is open; it goes nowhere else meanwhile, unless it is {@linkplain #passOn passed on}. Needs
 * Logback.
 *
 * <pre>{@code
 * try (LogCapture log = LogCapture.of("io.zrs")) {
 *     connection.send("nonsense".getBytes(US_ASCII));
 *     assertThat(log.lines()).containsExactly("ERROR io.zrs.primary.Primary 127.0.0.1:47245: …");
 * }
 * }</pre>
 *
 * <p>Threading: thread-safe.
 */
public final class LogCapture implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level levelBefore;
    private final boolean additiveBefore;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> receiver = lines::add;
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            receiver.accept(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage());
        }
    };

    private LogCapture(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getLevel();
        this.additiveBefore = logger.isAdditive();
    }

    /** Captures what {@code type} logs, debug level and up. */
    public static LogCapture of(Class<?> type) {
        return of(type.getName());
    }

    /** Captures what is logged by {@code name} and the loggers below it, debug level and up. */
    public static LogCapture of(String name) {
        LogCapture capture = new LogCapture((Logger) LoggerFactory.getLogger(name));
        capture.logger.setLevel(Level.DEBUG);
        capture.logger.setAdditive(false);
        capture.appender.setContext(capture.logger.getLoggerContext());
        capture.appender.start();
        capture.logger.addAppender(capture.appender);
        return capture;
    }

    /**
     * From now on lets everything go where it went before this was opened, too; those places decide what they take.
     *
     * @return this
     */
    @CanIgnoreReturnValue
    public LogCapture passOn() {
        logger.setAdditive(additiveBefore);
        return this;
    }

    /**
     * From now on hands each line to {@code receiver}, on the thread that logs, instead of keeping it.
     *
     * @return this
     */
    @CanIgnoreReturnValue
    public LogCapture handTo(Consumer<String> receiver) {
        this.receiver = receiver;
        return this;
    }

    /** Everything since this was opened that was not {@linkplain #handTo handed} to somebody: {@code LEVEL logger message}. */
    public List<String> lines() {
        return new ArrayList<>(lines);
    }

    /** Forgets what there is so far. */
    public void clear() {
        lines.clear();
    }

    /** Leaves the logger as it was before. */
    @Override
    public void close() {
        logger.detachAppender(appender);
        appender.stop();
        logger.setLevel(levelBefore);
        logger.setAdditive(additiveBefore);
    }
}
