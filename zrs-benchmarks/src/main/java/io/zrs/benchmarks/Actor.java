package io.zrs.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * One side of a pipeline, alone in a process. It is asked in lines on standard input, words separated by blanks, and answers each with a line
 * on standard output; when there are no more questions it ends.
 */
interface Actor extends AutoCloseable {
    /** What each answer begins with, as the JVM prints lines of its own. */
    String ANSWER = "answer ";

    /** Does what is asked; a word that all actors know is {@code usage}, for {@link Usage}. */
    String answer(List<String> question) throws Exception;

    @Override
    void close() throws IOException;

    /**
     * The process.
     *
     * @param arguments kind of actor, and the path that it needs if any
     */
    static void main(String[] arguments) throws Exception {
        // What libraries print must not be taken for an answer.
        PrintStream out = System.out;
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Actor actor = of(arguments)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(ANSWER
                        + (line.equals("usage") ? Usage.ofThisProcess() : actor.answer(List.of(line.split(" ", -1)))));
            }
        }
        System.exit(0);
    }

    private static Actor of(String[] arguments) throws IOException {
        return switch (arguments[0]) {
            case "our-primary" -> new OurPrimary(new StorageFiles(Path.of(arguments[1])));
            case "our-secondary" -> new OurSecondary();
            case "walker" -> new Walker(new StorageFiles(Path.of(arguments[1])));
            case "raw-sender" -> new RawSender(Path.of(arguments[1]));
            case "raw-receiver" -> new RawReceiver();
            default -> throw new IllegalArgumentException("unknown actor " + arguments[0]);
        };
    }
}
