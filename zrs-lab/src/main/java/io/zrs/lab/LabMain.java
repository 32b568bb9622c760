package io.zrs.lab;

import io.zrs.lab.fuzz.FuzzCommand;
import io.zrs.lab.siege.Siege;
import io.zrs.lab.simulator.Simulate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind the script {@code run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Tries to make storages and their followers lose something.",
        subcommands = {
            Simulate.class,
            Siege.class,
            FuzzCommand.class,
            KilledSecondary.class,
            KilledPacker.class,
            Soak.class
        })
final class LabMain implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private LabMain() {}

    /** Runs a command. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, ready to be executed. */
    static CommandLine commandLine() {
        return new CommandLine(new LabMain());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
