package io.zrs.lab.siege;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that ends others, and removes mounts, when this process is gone without having done so itself, however it went: then the pipe between
 * them closes.
 *
 * <p>Threading: thread-safe.
 */
final class Guard implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=' '
            mounts=
            while read -r word what; do
              case $word in
                began) pids="$pids$what " ;;
                ended) case $pids in *" $what "*) pids="${pids%%" $what "*} ${pids#*" $what "}" ;; esac ;;
                mounted) mounts=$what ;;
                unmounted) mounts= ;;
              esac
            done
            for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
            tries=50
            while [ -n "$mounts" ] && [ $tries -gt 0 ] && ! umount "$mounts" 2>/dev/null; do
              sleep 0.1
              tries=$((tries - 1))
            done
            """;

    private final Process process;
    private final Writer toldTo;

    private Guard(Process process) {
        this.process = process;
        this.toldTo = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** A guard that has nothing to do yet. */
    static Guard start() throws IOException {
        return new Guard(new ProcessBuilder("sh", "-c", SCRIPT, "siege-guard")
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
    }

    /** There is a process to be ended. */
    void began(long pid) {
        tell("began " + pid);
    }

    /** It has ended. */
    void ended(long pid) {
        tell("ended " + pid);
    }

    /** Something was mounted; there is room for one. */
    void mounted(Path directory) {
        tell("mounted " + directory);
    }

    /** It is not mounted any more. */
    void unmounted() {
        tell("unmounted");
    }

    /** Has done now what is left to do, and waits for that. */
    @Override
    public void close() {
        try {
            toldTo.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the guard is gone", e);
        }
        process.onExit().join();
    }

    private synchronized void tell(String line) {
        try {
            toldTo.write(line + "\n");
            toldTo.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the guard is gone", e);
        }
    }
}
