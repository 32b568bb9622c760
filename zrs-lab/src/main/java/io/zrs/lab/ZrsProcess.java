package io.zrs.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that runs a {@code zrs} command. What it prints and logs goes to one file.
 *
 * <p>Threading: confined to one thread.
 */
public final class ZrsProcess implements AutoCloseable {
    private static final long LIMIT_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long LOOK_NANOS = 50_000;

    /** Exit status of who was ended by SIGKILL. */
    private static final int KILLED = 128 + 9;

    private final Process process;
    private final Path log;

    private ZrsProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param zrs what starts {@code zrs}
     */
    public static ZrsProcess start(List<String> zrs, Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(zrs);
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ZrsProcess(process, log);
    }

    /** Waits until {@code condition} holds or the process has ended; tells whether it still runs. */
    public boolean await(BooleanSupplier condition) throws TimeoutException {
        long start = System.nanoTime();
        while (process.isAlive() && !condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new TimeoutException("a process does nothing, see " + log);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return process.isAlive();
    }

    /** Waits until the script, if that is what started, has become a Java process. */
    public boolean awaitJava() throws TimeoutException {
        return await(() ->
                process.info().command().filter(name -> name.endsWith("java")).isPresent());
    }

    /** Waits until it has printed or logged something. */
    public String awaitLine(Pattern pattern) throws TimeoutException {
        await(() -> find(pattern).isPresent());
        return find(pattern).orElseThrow(() -> new IllegalStateException("a process has failed, see " + log));
    }

    /** The first group of the first match in what it has printed and logged. */
    public Optional<String> find(Pattern pattern) {
        Matcher matcher = pattern.matcher(text());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** All that it has printed and logged; empty while a character is cut. */
    public String text() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether it runs, or is suspended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its number. */
    public long pid() {
        return process.pid();
    }

    /** Where what it prints and logs goes. */
    public Path log() {
        return log;
    }

    /** Waits for its end; the exit status. */
    public int awaitEnd() throws InterruptedException, TimeoutException {
        if (!process.waitFor(LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("a process does not end, see " + log);
        }
        return process.exitValue();
    }

    /** Asks it to stop, by SIGTERM; the exit status. */
    public int stop() throws InterruptedException, TimeoutException {
        process.destroy();
        return awaitEnd();
    }

    /** Kills it, by SIGKILL; tells whether it was that what ended it. */
    public boolean kill() throws InterruptedException, TimeoutException {
        process.destroyForcibly();
        return awaitEnd() == KILLED;
    }

    /** Kills it if it still runs, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
