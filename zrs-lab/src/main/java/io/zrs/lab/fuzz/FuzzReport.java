package io.zrs.lab.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Jazzer did with one target.
 *
 * @param executions inputs that were run
 * @param edges branches of our code that were reached ({@code cov} of libFuzzer)
 * @param features those, with how often and with what compared values ({@code ft})
 * @param inputs that are kept as they reach something new
 * @param findings files with inputs that something is wrong with
 * @param symptoms what was wrong, one line each
 * @param complete whether it came to its end, in order or by a finding
 */
record FuzzReport(
        Fuzzed target,
        long executions,
        long edges,
        long features,
        long inputs,
        List<Path> findings,
        List<String> symptoms,
        boolean complete) {
    private static final Pattern STATUS = Pattern.compile("#(\\d+)\\s.* cov: (\\d+) ft: (\\d+)(?: corp: (\\d+)/)?.*");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: (\\d+)");
    private static final Pattern SYMPTOM = Pattern.compile("== Java .*|ERROR: libFuzzer: .*|==\\d+== ?ERROR: .*");

    /** Reads what Jazzer printed. */
    static FuzzReport parse(Fuzzed target, List<String> lines, List<Path> findings) {
        long executions = 0;
        long edges = 0;
        long features = 0;
        long inputs = 0;
        boolean complete = !findings.isEmpty();
        for (String line : lines) {
            Matcher status = STATUS.matcher(line);
            Matcher executed = EXECUTED.matcher(line);
            if (status.matches()) {
                executions = Math.max(executions, Long.parseLong(status.group(1)));
                edges = Long.parseLong(status.group(2));
                features = Long.parseLong(status.group(3));
                inputs = status.group(4) == null ? inputs : Long.parseLong(status.group(4));
            } else if (executed.matches()) {
                executions = Long.parseLong(executed.group(1));
                complete = true;
            }
        }
        List<String> symptoms = lines.stream()
                .filter(line -> SYMPTOM.matcher(line).matches())
                .distinct()
                .toList();
        return new FuzzReport(target, executions, edges, features, inputs, findings, symptoms, complete);
    }

    /** One line. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%-15s %,12d executions  %,6d edges  %,7d features  %,6d inputs  %d findings",
                target,
                executions,
                edges,
                features,
                inputs,
                findings.size());
    }
}
