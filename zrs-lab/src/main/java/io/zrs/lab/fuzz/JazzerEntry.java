package io.zrs.lab.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What Jazzer calls, by name.
 *
 * <p>Threading: confined to one thread.
 */
public final class JazzerEntry {
    private static @Nullable FuzzTarget target;

    private JazzerEntry() {}

    /**
     * Called once.
     *
     * @param arguments the name of a {@link Fuzzed}
     */
    public static void fuzzerInitialize(String[] arguments) {
        quiet();
        target = Fuzzed.valueOf(arguments[0]).open();
    }

    /** Called for each input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        FuzzTarget current = target;
        if (current == null) {
            throw new IllegalStateException("no target");
        }
        current.run(input);
    }

    /** Writes no log, which would be long. */
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(Level.OFF);
    }
}
