package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTextTest {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[nt0]|x(..))");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "N.                | None",
                "I01\\n.           | True",
                "I-7\\n.           | -7",
                "L12L\\n.          | 12",
                "F1.5\\n.          | 1.5",
                "X\\x01\\0\\0\\0a. | 'a'",
                "X\\x02\\0\\0\\0\\xc3\\xa9. | uc3a9",
                "U\\x01a.          | 'a'",
                "U\\x01\\xff.      | bff",
                "C\\x01a.          | b61",
                "(t.               | ()",
                "K\\x01\\x85.      | (1,)",
                "(K\\x01K\\x02l.   | [1, 2]",
                "}U\\x01bK\\x01sU\\x01aK\\x02s. | {'a': 2, 'b': 1}",
                "ca\\nB\\n.        | a.B",
                "U\\x01'.          | \"'\"",
                "U\\x02'\".        | '\\'\"'",
                "U\\x03\\n\\t\\x01. | '\\n\\t\\x01'",
            })
    void printsValuesMuchAsPythonDoes(String pickle, String text) {
        assertThat(PythonText.ofExtension(bytes(pickle.strip()))).isEqualTo(text.strip());
    }

    @Test
    void printsAnEmptyExtensionAsAnEmptyDictionary() {
        assertThat(PythonText.ofExtension(ByteBuffer.allocate(0))).isEqualTo("{}");
    }

    @Test
    void saysThatAnExtensionIsNoPickle() {
        assertThat(PythonText.ofExtension(bytes("nonsense"))).startsWith("(no pickle: ");
    }

    @Test
    void endsWithAValueThatContainsItself() {
        assertThat(PythonText.ofExtension(bytes("]q\\0h\\0a.")))
                .hasSizeLessThan(1000)
                .contains("…");
    }

    @Test
    @Timeout(60)
    void endsSoonWithListsThatShareAllTheyHave() {
        StringBuilder pickle = new StringBuilder("]q\\0");
        for (int i = 1; i < 60; i++) {
            String before = String.format("h\\x%02x", i - 1);
            pickle.append(String.format("](%s%seq\\x%02x", before, before, i));
        }
        assertThat(PythonText.ofExtension(bytes(pickle + ".")).length()).isBetween(1000, 1_000_000);
    }

    @Test
    @Timeout(60)
    void endsSoonWithKeysThatShareAllTheyHave() {
        StringBuilder pickle = new StringBuilder(")q\\0");
        for (int i = 1; i < 60; i++) {
            String before = String.format("h\\x%02x", i - 1);
            pickle.append(String.format("}(%sN(%s%stNuq\\x%02x", before, before, before, i));
        }
        assertThat(PythonText.ofExtension(bytes(pickle + ".")).length()).isLessThan(1_000_000);
    }

    /** Bytes with backslash escapes as Python has them. */
    private static ByteBuffer bytes(String escaped) {
        String text = ESCAPE.matcher(escaped)
                .replaceAll(escape -> Matcher.quoteReplacement(
                        switch (escape.group()) {
                            case "\\n" -> "\n";
                            case "\\t" -> "\t";
                            case "\\0" -> "\0";
                            default -> String.valueOf((char) Integer.parseInt(escape.group(1), 16));
                        }));
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
