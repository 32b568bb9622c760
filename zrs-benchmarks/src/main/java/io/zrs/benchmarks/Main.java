package io.zrs.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind the script {@code run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Measures. 'run jmh' runs the JMH benchmarks with JMH's own options.",
        subcommands = {CatchUpCommand.class, MemoryCommand.class, WalkCommand.class, PackCommand.class})
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private Main() {}

    /** Runs a command. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
        } else {
            System.exit(new CommandLine(new Main()).execute(arguments));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
