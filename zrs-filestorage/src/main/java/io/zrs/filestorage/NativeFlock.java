package io.zrs.filestorage;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive BSD lock on a file, the kind that Python's lock files use and Java cannot take. Freed by {@link #close} or the end of the
 * process; child processes do not inherit it.
 *
 * <p>Using this class throws a {@link LinkageError} where JNA is not there or does not know the system.
 */
final class NativeFlock implements Closeable {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = Platform.isMac() ? 0x100_0000 : Platform.isLinux() ? 0x8_0000 : 0x10_0000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int EWOULDBLOCK = Platform.isLinux() ? 11 : 35;

    private final int descriptor;

    private NativeFlock(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes the lock at once.
     *
     * @param file must exist
     * @return null if somebody else has it
     */
    static @Nullable NativeFlock take(Path file) throws IOException {
        if (Platform.isWindows()) {
            throw new UnsatisfiedLinkError("Windows has no flock");
        }
        // An own descriptor: the one of a FileChannel cannot be had without breaking into the JDK.
        int descriptor = call("open", file, file.toFile().getPath(), O_RDWR | O_CLOEXEC);
        NativeFlock lock = new NativeFlock(descriptor);
        try {
            call("flock", file, descriptor, LOCK_EX | LOCK_NB);
            return lock;
        } catch (NativeException e) {
            lock.close();
            if (e.errorNumber == EWOULDBLOCK) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        call("close", null, descriptor);
    }

    private static int call(String function, @Nullable Path file, Object... arguments) throws NativeException {
        try {
            return function(function).invokeInt(arguments);
        } catch (LastErrorException e) {
            throw new NativeException(function, file, e);
        }
    }

    private static Function function(String name) {
        // Paths must reach the system in the encoding in which Java found them.
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return NativeLibrary.getInstance(Platform.C_LIBRARY_NAME, Map.of(Library.OPTION_STRING_ENCODING, encoding))
                .getFunction(name, Function.THROW_LAST_ERROR);
    }

    private static final class NativeException extends IOException {
        private final int errorNumber;

        NativeException(String function, @Nullable Path file, LastErrorException cause) {
            super(function + (file == null ? "" : " of " + file) + " failed: " + cause.getMessage(), cause);
            errorNumber = cause.getErrorCode();
        }
    }
}
