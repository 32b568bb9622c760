package io.zrs.server;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the status of an ended {@code zrs} process says. Scripts rely on the numbers: they never change their meaning. Threading: immutable. */
public enum ExitCode {
    /** All is well; of a command that would run on, also after a clean stop by SIGTERM or SIGINT. */
    OK(0, "all is well; primary, secondary: or stopped cleanly by SIGTERM or SIGINT"),
    /**
     * {@code verify} has found something; {@code recover} could not read everything; {@code diff} has found a difference; {@code copy} was to continue
     * another history; {@code show} has met an object that is missing or unreadable; {@code demo} has not shown what it should.
     */
    FINDINGS(
            1,
            "verify: something was found; recover: something is lost; diff: the storages differ; copy: the target is not the"
                    + " beginning of the source, nothing was copied; show: an object is missing or cannot be read; demo:"
                    + " the copies differ, or it was stopped"),
    /** The command line is not to be understood. The number is picocli's. */
    USAGE(2, "the command line is wrong"),
    /** A file or directory cannot be opened or read. */
    CANNOT_OPEN(3, "a file or directory is missing, or cannot be opened, read or written"),
    /** Another process writes to the storage. */
    LOCKED(4, "another process has the storage open for writing"),
    /** A file does not hold what its format demands. */
    DAMAGED_FILE(5, "the storage is damaged; nothing was changed"),
    /** The address to serve at is not to be had. */
    CANNOT_LISTEN(6, "it is not possible to listen at the address, for example because it is in use"),
    /** {@code --exit-when-idle}: no connection came about. */
    NEVER_CONNECTED(7, "no connection to the primary came about"),
    /** {@code --exit-when-idle}: there was a connection, but it ended or stalled. */
    CLOSED_BY_PRIMARY(8, "the primary closed the connection, the connection broke, or it stalled within a transaction"),
    /** {@code --exit-when-idle}: what came was no sound stream of transactions. */
    DAMAGED_STREAM(9, "what the primary sent is damaged; it was not stored"),
    /** {@code --exit-when-idle}: the primary closed each connection before it had sent anything. */
    REFUSED(10, "the primary refused this secondary: its log says why"),
    /** {@code --exit-when-idle}: the storage did not take what came. */
    CANNOT_STORE(11, "what the primary sent could not be stored, for example because the disk is full"),
    /** There is nothing where {@code show} or {@code history} was to look. */
    NOT_FOUND(12, "there is nothing at the path, or nothing yet at the time; history: there is no such object"),
    /** A transaction cannot be undone. */
    CANNOT_UNDO(13, "a transaction cannot be undone, or did nothing; nothing was changed"),
    /** A pack was not done. */
    CANNOT_PACK(14, "the pack cannot be done, for example because there is not enough room; nothing was changed"),
    /** SIGTERM or SIGINT came before a command that has an end was there. */
    STOPPED(15, "stopped by SIGTERM or SIGINT before it was done"),
    /** A fault of the program. */
    INTERNAL(70, "a fault of the program itself, or it could not be built");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The status of the process, 0 to 255. */
    public int number() {
        return number;
    }

    /** Numbers and meanings, as picocli lists them. */
    static Map<String, String> list(ExitCode... codes) {
        Map<String, String> list = new LinkedHashMap<>();
        Arrays.stream(codes)
                .sorted()
                .forEach(code -> list.put(String.format(Locale.ROOT, "%4d", code.number), code.meaning));
        return list;
    }
}
