package io.zrs.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with an {@link Actor} in it. */
final class ActorProcess implements AutoCloseable {
    private static final long END_SECONDS_MAX = 60;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    private ActorProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts a process of the same Java with the given options. */
    static ActorProcess start(List<String> jvmOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Actor.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ActorProcess(arguments[0], process);
    }

    /** The answer to a question. */
    String ask(String... words) throws IOException {
        questions.write(String.join(" ", words) + "\n");
        questions.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(Actor.ANSWER)) {
                return line.substring(Actor.ANSWER.length());
            }
        }
        throw new IOException(name + " has ended, see its message above");
    }

    /** What the process has used up to now. */
    Usage usage() throws IOException {
        return Usage.parse(ask("usage"));
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
