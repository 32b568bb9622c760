package io.zrs.testing.disk;

import java.nio.file.Path;
import java.util.Locale;

/**
 * One thing that a program asks of a {@link CrashingFileSystem}.
 *
 * <p>Threading: immutable.
 *
 * @param number 1 for the first operation of the file system, 2 for the second...
 * @param path absolute; where a file is moved from, and the name by which an open file was opened, whatever it is called by now
 * @param position bytes from the start of the file where it reads, writes or is cut off; else 0
 * @param size bytes to read or write; else 0
 */
public record DiskOperation(long number, Kind kind, Path path, long position, long size) {
    /** What is asked. Whether a name exists, and attributes, are no operations: every program has them at hand. */
    public enum Kind {
        /** Bytes of a file. */
        READ(false),
        /** The names in a directory. */
        LIST(false),
        /** Opens a file, or a directory to force it; what {@code TRUNCATE_EXISTING} takes away is a {@link #TRUNCATE} that follows. */
        OPEN(false),
        /** Makes a file; that it is open afterwards is no operation of its own. */
        CREATE(true),
        /** Makes a directory. */
        CREATE_DIRECTORY(true),
        /** Bytes into a file. */
        WRITE(true),
        /** Cuts a file off. */
        TRUNCATE(true),
        /** Makes what was written to a file durable. */
        FORCE(true),
        /** Makes what happened to the names in a directory durable. */
        FORCE_DIRECTORY(true),
        /** Gives a file or directory another name. */
        MOVE(true),
        /** Takes away a file or an empty directory. */
        DELETE(true),
        /** Sets times, owner or permissions. */
        SET_ATTRIBUTES(true);

        private final boolean change;

        Kind(boolean change) {
            this.change = change;
        }

        /** Whether it changes what the disk holds, or what a crash leaves of it. */
        public boolean isChange() {
            return change;
        }

        /** Whether it is one of the two forces. */
        public boolean isForce() {
            return this == FORCE || this == FORCE_DIRECTORY;
        }
    }

    /** For traces: number, kind, path and bytes. */
    @Override
    public String toString() {
        String what = number + " " + kind.name().toLowerCase(Locale.ROOT) + " " + path;
        return size == 0 && position == 0 ? what : what + " [" + position + ", +" + size + "]";
    }
}
