package io.zrs.server;

import io.zrs.database.UnreadableObjectException;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DivergedHistoryException;
import io.zrs.storage.PackException;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import io.zrs.storage.UndoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Turns what a command throws into one line on standard error and an exit code; the stack trace goes to the debug log. */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(FailureReport.class);

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        ExitCode code = code(failure);
        if (code == ExitCode.INTERNAL) {
            log.error("a fault of the program", failure);
        } else {
            log.debug("the command failed", failure);
        }
        command.getOut().flush();
        command.getErr().println("zrs: " + text(failure));
        command.getErr().flush();
        return code.number();
    }

    /** One line that says what went wrong. */
    static String text(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || code(failure) == ExitCode.INTERNAL) {
            return failure.toString();
        }
        if (failure instanceof IOException io) {
            return reason(io);
        }
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause) {
            String reason = reason(cause);
            boolean isWrappedOnly = message.equals(cause.toString());
            return isWrappedOnly ? reason : message.contains(reason) ? message : message + ": " + reason;
        }
        return message;
    }

    private static ExitCode code(Throwable failure) {
        if (failure instanceof CommandFailure command) {
            return command.code();
        }
        if (failure instanceof StorageLockedException) {
            return ExitCode.LOCKED;
        }
        if (failure instanceof CorruptedStorageException) {
            return ExitCode.DAMAGED_FILE;
        }
        if (failure instanceof UndoException) {
            return ExitCode.CANNOT_UNDO;
        }
        if (failure instanceof PackException) {
            return ExitCode.CANNOT_PACK;
        }
        if (failure instanceof UnreadableObjectException || failure instanceof DivergedHistoryException) {
            return ExitCode.FINDINGS;
        }
        boolean isAnswer = failure instanceof StorageException
                || failure instanceof UncheckedIOException
                || failure instanceof IOException;
        return isAnswer ? ExitCode.CANNOT_OPEN : ExitCode.INTERNAL;
    }

    /** The messages of some exceptions are nothing but a file name. */
    private static String reason(IOException cause) {
        String message = cause.getMessage();
        if (message == null) {
            return cause.toString();
        }
        if (cause instanceof NoSuchFileException) {
            return message + " does not exist";
        }
        if (cause instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        return cause instanceof FileAlreadyExistsException ? message + " is in the way" : message;
    }
}
