package io.zrs.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code zrs}: a command line with one class for each command. */
@Command(
        name = "zrs",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "Replicates ZODB databases. A primary serves the Data.fs (and the blobs) that it has open; any number of"
                    + " secondaries copy it, and go on copying what is committed. Both speak with, and share files with,"
                    + " their Python originals (zc.zrs).",
            ""
        },
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "An ADDRESS is HOST:PORT, :PORT, [V6]:PORT or the path of a Unix socket, with a slash.",
            "zrs COMMAND --help tells more of each command, with examples.",
            "Environment: JAVA_OPTS holds options of the JVM, for example -Xmx256m, or -Dzrs.log=debug for more log lines."
        })
public final class Main implements Runnable {
    /** A command that lists its exit codes in its help. */
    interface HasExitCodes {
        /** Those that it can end with. */
        ExitCode[] exitCodes();
    }

    /** Which streams somebody looks at, so that lines may be written over; the script knows. */
    record Terminals(boolean out, boolean err) {
        /** A script's or a file's. */
        static final Terminals NONE = new Terminals(false, false);
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs a command and ends the process with its {@link ExitCode}.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        StopSignal stop = StopSignal.ofProcess();
        int code = ExitCode.INTERNAL.number();
        try {
            // Not in the encoding of the locale, which may be ASCII: what is in a database is not.
            PrintWriter out = writer(FileDescriptor.out, false);
            PrintWriter err = writer(FileDescriptor.err, true);
            Terminals terminals =
                    new Terminals(Boolean.getBoolean("zrs.terminal.out"), Boolean.getBoolean("zrs.terminal.err"));
            code = commandLine(stop, terminals, Demo.Plan.STANDARD)
                    .setOut(out)
                    .setErr(err)
                    .execute(arguments);
            out.flush();
        } finally {
            stop.exit(code);
        }
    }

    /**
     * The commands.
     *
     * @param stop ends those that would run on
     * @param demo what {@code demo} does
     */
    static CommandLine commandLine(StopSignal stop, Terminals terminals, Demo.Plan demo) {
        CommandLine commandLine = new CommandLine(new Main())
                .addSubcommand(new DemoCommand(stop, terminals.out(), demo))
                .addSubcommand(new PrimaryCommand(stop))
                .addSubcommand(new SecondaryCommand(stop))
                .addSubcommand(new DumpCommand())
                .addSubcommand(new TailCommand())
                .addSubcommand(new HistoryCommand())
                .addSubcommand(new UndoLogCommand())
                .addSubcommand(new UndoCommand())
                .addSubcommand(new PackCommand(stop, terminals.err()))
                .addSubcommand(new ShowCommand())
                .addSubcommand(new VerifyCommand(terminals.err()))
                .addSubcommand(new RecoverCommand(terminals.err()))
                .addSubcommand(new DiffCommand(terminals.err()))
                .addSubcommand(new CopyCommand(terminals.err()))
                .setExecutionExceptionHandler(new FailureReport())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Main::explainUsage);
        list(commandLine, ExitCode.values());
        return commandLine;
    }

    private static void list(CommandLine command, ExitCode... codes) {
        command.getCommandSpec().usageMessage().exitCodeList(ExitCode.list(codes));
        for (CommandLine subcommand : command.getSubcommands().values()) {
            if (subcommand.getCommand() instanceof HasExitCodes listed) {
                list(subcommand, listed.exitCodes());
            }
        }
    }

    /** Not the whole help: the line that says what is wrong would scroll away. */
    private static int explainUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("zrs: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' explains it");
        err.flush();
        return ExitCode.USAGE.number();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }

    private static PrintWriter writer(FileDescriptor descriptor, boolean autoFlush) {
        return new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), autoFlush);
    }
}
