package io.zrs.testing.simulation;

import io.zrs.testing.internal.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a {@link Simulation}, line by line: {@code seconds host text}, where {@code seconds} have passed since the start, in virtual time. Two runs
 * of the same code with the same seed have the same trace.
 *
 * <p>Keeps the last {@value #LINES_MAX_DEFAULT} lines unless {@linkplain #limit told otherwise}. Who runs many seeds keeps none, and has the one
 * that fails run again with all. What is logged can be had in it too:
 *
 * <pre>{@code
 * try (LogCapture log = LogCapture.of("io.zrs").handTo(simulation.trace()::add)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Threading: confined to the simulation's thread.
 */
public final class Trace {
    /** How many lines are kept at first. */
    public static final int LINES_MAX_DEFAULT = 10_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final VirtualTime time;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private int linesMax = LINES_MAX_DEFAULT;
    private long droppedCount;
    private String turnOf = "";

    Trace(VirtualTime time) {
        this.time = time;
    }

    /**
     * Keeps only the last lines from now on.
     *
     * @param count how many; 0 for none, {@link Integer#MAX_VALUE} for all
     */
    public void limit(int count) {
        linesMax = count;
        dropSurplus();
    }

    /** Whether lines are kept; if not, nobody needs to make one. */
    public boolean isOn() {
        return linesMax > 0;
    }

    /**
     * Adds a line at the present time.
     *
     * @param host whom it is about, empty for the simulation as a whole
     */
    public void add(String host, String text) {
        lines.add(new Line(time.nanos(), host, text));
        dropSurplus();
    }

    /** Adds a line about the process whose turn it is, or about the simulation as a whole. */
    public void add(String text) {
        add(turnOf, text);
    }

    /** The lines that are kept, before them one that tells how many are not, if there are such. */
    public List<String> lines() {
        List<String> texts = new ArrayList<>(lines.size() + 1);
        if (droppedCount > 0) {
            texts.add("(" + droppedCount + " lines before)");
        }
        lines.forEach(line -> texts.add(line.text()));
        return texts;
    }

    /** The lines, one below the other. */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    /** From now on it is the turn of a process on {@code host}; empty for nobody. */
    void turnOf(String host) {
        turnOf = host;
    }

    private void dropSurplus() {
        while (lines.size() > linesMax) {
            lines.remove();
            droppedCount++;
        }
    }

    private record Line(long nanos, String host, String what) {
        private String text() {
            String fraction =
                    Long.toString(NANOS_PER_SECOND + nanos % NANOS_PER_SECOND).substring(1);
            return nanos / NANOS_PER_SECOND + "." + fraction + (host.isEmpty() ? " " : " " + host + " ") + what;
        }
    }
}
