package io.zrs.server;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs show}: prints the objects of a database. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Prints an object of a database, and what lies in it.",
        description = {
            "",
            "Walks from the root along PATH, and prints what it finds: the object, its class, oid and tid, and what it"
                    + " holds; objects that it refers to on a line each. What is committed when it is started is seen; a"
                    + " running writer neither minds nor matters.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "PATH: keys of mappings and BTrees, indexes of lists and tuples, names of attributes, each after a slash:"
                    + " /person/friends/0/name. It can begin at any object: /@0x016b/name. A key is its text, or a literal"
                    + " as Python writes it: 42, b'\\x00', None, ('a', 1), or '42' for text that looks like one. A slash in"
                    + " a key is %%2F, a percent sign %%25. What is shown in parentheses is walked through by that name:"
                    + " /deque/(items)/0, or just /deque/0.",
            "",
            "TIME: a tid (0x and hexadecimal digits, or 16 of them), seconds since 1970, or ISO 8601, in UTC if it names"
                    + " no zone: 0x036c6b911ddddddd, 1174509187.5, 2007-03-21T20:33:07Z, '2007-03-21 20:33:07',"
                    + " 2007-03-21.",
            "",
            "Fields of --json: path, class, oid, tid, time, size (of the record); by kind value, items, attributes,"
                    + " arguments, state, blob; count and next of what is paged. docs/reading-from-java.md tells more.",
            "",
            "Examples:",
            "  zrs show Data.fs",
            "  zrs show Data.fs /person/friends/0/name --at 2007-03-21T20:33:07Z",
            "  zrs show Data.fs /catalog --from key00500 --limit 20",
            "  zrs show Data.fs /person --history",
            "  zrs show Data.fs --blobs blobs --tree --json | jq .classes"
        })
final class ShowCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "/",
            converter = ObjectPath.Converter.class,
            description = "What to show; the root if it is left out.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private ObjectPath path;

    @ArgGroup
    private final What what = new What();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "As it was at TIME, transactions of just that moment included.")
    private @Nullable Tid at;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "Show at most COUNT items of a collection, or revisions; default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--offset",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Pass over the first COUNT items.")
    private long offset;

    @Option(
            names = "--from",
            paramLabel = "KEY",
            description = "In a BTree, begin with KEY, written as in a PATH, or with what comes after it.")
    private @Nullable String from;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** What to show, if not what the object holds. */
    private static final class What {
        @Option(
                names = "--history",
                description = "The revisions of the object, newest first: tid, time, size, user and description.")
        private boolean history;

        @Option(
                names = "--tree",
                description = "Numbers and bytes of the objects that can be reached from the object, by class; and"
                        + " references to what is not there.")
        private boolean tree;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.FINDINGS,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.DAMAGED_FILE,
            ExitCode.NOT_FOUND,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || offset < 0) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, --offset at least 0");
        }
        long faults;
        try (Database database = open();
                Connection connection = connect(database)) {
            faults = show(database.storage(), connection);
        }
        return (faults == 0 ? ExitCode.OK : ExitCode.FINDINGS).number();
    }

    private Database open() {
        Storage storage = files.openReadOnly();
        Database database = null;
        try {
            database = Database.open(storage);
            return database;
        } finally {
            if (database == null) {
                storage.close();
            }
        }
    }

    private Connection connect(Database database) {
        if (at == null) {
            return database.open();
        }
        Tid last = database.storage().lastTransaction();
        if (at.compareTo(last) <= 0) {
            return database.at(at);
        }
        spec.commandLine().getErr().println("zrs: nothing was committed up to then after " + Quantities.tid(last));
        return database.at(last);
    }

    private long show(Storage storage, Connection connection) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Lookups lookups = new Lookups(storage.capability(BlobCapable.class), limit);
        ShowFormat format = json ? new JsonShow(out, storage, lookups) : new TextShow(out, storage, lookups);
        Place place = Place.at(connection, path);
        if (what.tree) {
            Census census = Census.take(
                    storage, connection.before(), place.owner().oid().orElseThrow());
            format.census(place.owner().oid().orElseThrow(), census);
            return census.danglingCount() + census.unreadableCount();
        }
        if (what.history) {
            format.history(
                    place, new ObjectHistory(storage, place.owner().oid().orElseThrow(), connection.before()), limit);
        } else {
            format.place(place, new Page.Range(from, offset, limit));
        }
        return lookups.faultCount();
    }
}
