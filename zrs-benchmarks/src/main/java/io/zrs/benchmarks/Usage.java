package io.zrs.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used.
 *
 * @param cpuNanos time of all its threads
 * @param residentPeakKib the most memory that it ever had, by {@code VmHWM} of Linux; 0 elsewhere
 */
record Usage(long cpuNanos, long residentPeakKib) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";

    static Usage ofThisProcess() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Usage(system.getProcessCpuTime(), peakKib(STATUS));
    }

    static Usage parse(String text) {
        String[] numbers = text.split(" ", -1);
        return new Usage(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    @Override
    public String toString() {
        return cpuNanos + " " + residentPeakKib;
    }

    /** The most memory that a process ever had, 0 if that cannot be told, or not any more. */
    static long peakKib(Path status) {
        try {
            return readPeakKib(status);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long readPeakKib(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(PEAK))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
