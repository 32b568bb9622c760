package io.zrs.testing.disk;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** How a file is opened. Threading: immutable. */
record OpenMode(
        boolean isReadable,
        boolean isWritable,
        boolean isAppending,
        boolean isTruncating,
        boolean isCreating,
        boolean isNew,
        boolean isSynchronous) {

    /**
     * As the default file system understands {@code options}.
     *
     * @throws UnsupportedOperationException for {@code DELETE_ON_CLOSE} and options that are not standard
     * @throws IllegalArgumentException if they contradict each other
     */
    static OpenMode of(Set<? extends OpenOption> options) {
        for (OpenOption option : options) {
            if (!(option instanceof StandardOpenOption) || option == StandardOpenOption.DELETE_ON_CLOSE) {
                throw new UnsupportedOperationException(option + " is not supported");
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = options.contains(StandardOpenOption.READ);
        boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        checkArgument(!(read && append), "READ + APPEND not allowed");
        checkArgument(!(append && truncate), "APPEND + TRUNCATE_EXISTING not allowed");
        return new OpenMode(
                read || !write,
                write,
                append,
                write && truncate,
                write && options.contains(StandardOpenOption.CREATE),
                write && options.contains(StandardOpenOption.CREATE_NEW),
                options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC));
    }
}
