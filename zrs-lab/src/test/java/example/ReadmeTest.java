package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java in the documents for users is code that is compiled and run here. */
class ReadmeTest {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/reading-from-java.md", "docs/writing-a-storage.md"})
    void showsOnlyCodeThatStandsHere(String document) throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java/example"))) {
            sources = files.filter(Files::isRegularFile).map(ReadmeTest::read).toList();
        }
        List<String> blocks = JAVA_BLOCK
                .matcher(Files.readString(Path.of("..", document)))
                .results()
                .map(match -> squeeze(match.group(1)))
                .toList();
        assertThat(blocks)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(sources).anyMatch(source -> source.contains(block)));
    }

    private static String read(Path file) {
        try {
            return squeeze(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String squeeze(String code) {
        return SPACE.matcher(code).replaceAll(" ").strip();
    }
}
