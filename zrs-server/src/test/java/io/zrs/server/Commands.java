package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs commands in this process. */
final class Commands {
    /** A demonstration that is over soon, though its connection breaks. */
    static final Demo.Plan SHORT_DEMO = new Demo.Plan(60, Duration.ZERO, Duration.ZERO);

    /** How a command ended. */
    record Result(int code, String out, String err) {
        /** Fails unless the command ended with {@code expected}. */
        Result expect(ExitCode expected) {
            assertThat(code)
                    .as("exit code of a command that said%n%s%n%s", out, err)
                    .isEqualTo(expected.number());
            return this;
        }
    }

    private Commands() {}

    /** Runs a command to its end. */
    static Result run(Object... arguments) {
        return run(StopSignal.byRequest(), Main.Terminals.NONE, arguments);
    }

    static Result run(StopSignal stop, Main.Terminals terminals, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(stop, terminals, SHORT_DEMO)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(texts(arguments));
        return new Result(code, out.toString(), err.toString());
    }

    /** Starts a command that runs on. */
    static Running start(Object... arguments) {
        return new Running(arguments);
    }

    private static String[] texts(Object... arguments) {
        return Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    }

    /** A primary of {@code file}. */
    static Running primary(Path file, Path blobs) {
        return start("primary", file, "--blobs", blobs, "--listen", "127.0.0.1:0");
    }

    /** A command that runs on until it is closed. */
    static final class Running implements AutoCloseable {
        private static final int SECONDS_MAX = 60;
        private static final String LISTENING = "listening on ";

        private final StopSignal stop = StopSignal.byRequest();
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final CompletableFuture<Result> result;

        private Running(Object... arguments) {
            StringWriter err = new StringWriter();
            result = CompletableFuture.supplyAsync(
                    () -> {
                        int code = Main.commandLine(stop, Main.Terminals.NONE, SHORT_DEMO)
                                .setOut(new PrintWriter(new LineWriter(lines)))
                                .setErr(new PrintWriter(err))
                                .execute(texts(arguments));
                        Result ended = new Result(code, "", err.toString());
                        lines.add("ended: " + ended); // so that nobody waits for a line that will not come
                        return ended;
                    },
                    task -> new Thread(task, "command").start());
        }

        /** Waits until it listens; where. */
        String address() throws InterruptedException {
            String line = lines.poll(SECONDS_MAX, TimeUnit.SECONDS);
            assertThat(line).startsWith(LISTENING);
            return line.substring(LISTENING.length());
        }

        /** Has it stop, and waits for that. */
        Result stop() {
            stop.request();
            return result.orTimeout(SECONDS_MAX, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            stop();
        }
    }

    private static final class LineWriter extends Writer {
        private final BlockingQueue<String> lines;
        private final StringBuilder line = new StringBuilder();

        LineWriter(BlockingQueue<String> lines) {
            this.lines = lines;
        }

        @Override
        public void write(char[] buffer, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (buffer[i] == '\n') {
                    lines.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(buffer[i]);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
