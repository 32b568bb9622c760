package io.zrs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A way to break one rule of the contract.
 *
 * @param rule what is broken
 * @param contract name of the class in {@link MemoryStorageContractTest} whose tests have to notice
 * @param source name of the class that is changed
 * @param original what is changed in it: some of its text, wherever its lines are broken; it is there once
 */
record Mutation(String rule, String contract, String source, String original, String replacement) {
    private static final String TABLE = "mutations.txt";
    private static final String BEGIN = "\n----\n";
    private static final Splitter ENTRIES = Splitter.on("\n\n").omitEmptyStrings();
    private static final Pattern ENTRY = Pattern.compile("(?m)^(\\w+): (.+)\\n(\\w+)\\n- (.+)\\n\\+ ?(.*)$");

    /** Those of the table. */
    static List<Mutation> all() throws IOException {
        List<Mutation> all = new ArrayList<>();
        for (String entry : ENTRIES.split(entries())) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            assertThat(matcher.matches())
                    .as("has the form that the table names: %s", entry)
                    .isTrue();
            all.add(new Mutation(
                    matcher.group(2), matcher.group(1), matcher.group(3), matcher.group(4), matcher.group(5)));
        }
        return all;
    }

    private static String entries() throws IOException {
        try (InputStream in = Mutation.class.getResourceAsStream(TABLE)) {
            assertThat(in).as(TABLE).isNotNull();
            String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return table.substring(table.indexOf(BEGIN) + BEGIN.length());
        }
    }

    /** The text of the class, changed. */
    String apply(String text) {
        Pattern pattern = Pattern.compile(Arrays.stream(original.strip().split("\\s+"))
                .map(Pattern::quote)
                .collect(Collectors.joining("\\s+")));
        assertThat(pattern.matcher(text).results().count())
                .as("times that %s has '%s'", source, original)
                .isEqualTo(1);
        return pattern.matcher(text).replaceFirst(Matcher.quoteReplacement(replacement));
    }

    @Override
    public String toString() {
        return contract + ": " + rule;
    }
}
