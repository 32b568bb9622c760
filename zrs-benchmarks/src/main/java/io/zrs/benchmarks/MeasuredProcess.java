package io.zrs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of some program, from its start to its end.
 *
 * @param residentPeakKib the most memory that it was seen to have, by {@code VmHWM} of Linux, looked at 50 times a second; 0 elsewhere
 */
record MeasuredProcess(long nanos, long residentPeakKib) {
    private static final long LOOK_MILLIS = 20;

    /** Runs a command, whose output goes to this process's. */
    static MeasuredProcess run(List<String> command) throws IOException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
            long peak = 0;
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, Usage.peakKib(status));
            }
            long nanos = System.nanoTime() - start;
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with status " + process.exitValue());
            }
            return new MeasuredProcess(nanos, peak);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
