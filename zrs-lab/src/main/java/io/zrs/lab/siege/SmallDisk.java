package io.zrs.lab.siege;

import io.zrs.lab.ZrsProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Room of a few megabytes for one process, which can be enlarged: a file system in memory where mounting is allowed, else a limit on the size of its
 * files.
 *
 * <p>Threading: confined to one thread.
 */
final class SmallDisk implements AutoCloseable {
    private static final long MIB = 1 << 20;
    private static final long KIB = 1 << 10;

    /** What a process says that meets the end of it. */
    private static final List<String> FULL = List.of("No space left on device", "File too large");

    private final Path directory;

    /** Null if there is only a limit. */
    private final @Nullable Guard mountedFor;

    private long mebibytes;

    private SmallDisk(Path directory, @Nullable Guard mountedFor, long mebibytes) {
        this.directory = directory;
        this.mountedFor = mountedFor;
        this.mebibytes = mebibytes;
    }

    /**
     * A disk of {@code mebibytes}.
     *
     * @param directory exists, and is empty
     * @param guard removes the mount if nobody else does
     */
    static SmallDisk create(Path directory, long mebibytes, Guard guard) throws InterruptedException {
        boolean isMounted = run("mount", "-t", "tmpfs", "-o", size(mebibytes), "siege", directory.toString());
        if (isMounted) {
            guard.mounted(directory);
        }
        return new SmallDisk(directory, isMounted ? guard : null, mebibytes);
    }

    /** A disk that nothing is mounted for. */
    static SmallDisk limit(Path directory, long mebibytes) {
        return new SmallDisk(directory, null, mebibytes);
    }

    /** What it is, and how large. */
    @Override
    public String toString() {
        return mebibytes + " MiB, " + (mountedFor == null ? "by a limit on the size of files" : "mounted");
    }

    /** Makes {@code command} live on this disk. */
    List<String> confine(List<String> command) {
        if (mountedFor != null) {
            return command;
        }
        List<String> confined = new ArrayList<>(
                List.of("bash", "-c", "ulimit -S -f " + mebibytes * (MIB / KIB) + "; exec \"$@\"", "confined"));
        confined.addAll(command);
        return confined;
    }

    /** How often who printed {@code text} says to have met its end. */
    static int fullSigns(String text) {
        return FULL.stream().mapToInt(words -> text.split(words, -1).length - 1).sum();
    }

    /**
     * Makes it twice as large, or {@code mebibytesMin}.
     *
     * @param running who lives on it; null if nobody does
     * @return whether who is running has got more room; if not, it must be started again
     */
    boolean enlarge(long mebibytesMin, @Nullable ZrsProcess running) throws InterruptedException {
        mebibytes = Math.max(2 * mebibytes, mebibytesMin);
        if (mountedFor != null) {
            return run("mount", "-o", "remount," + size(mebibytes), directory.toString());
        }
        return running == null
                || run("prlimit", "--pid", String.valueOf(running.pid()), "--fsize=" + mebibytes * MIB + ":");
    }

    /** Keeps the files elsewhere, beside it, if they would be lost; who lives on it must have ended. */
    void rescue() throws InterruptedException {
        if (mountedFor != null) {
            run("cp", "-a", directory.toString(), directory + "-rescued");
        }
    }

    /** Removes it, with its files if it was mounted. Who lives on it must have ended. */
    @Override
    public void close() {
        try {
            if (mountedFor != null && run("umount", directory.toString())) {
                mountedFor.unmounted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the guard unmounts it
        }
    }

    private static String size(long mebibytes) {
        return "size=" + mebibytes + "m";
    }

    /** Whether the command is there, and succeeds. */
    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
