package io.zrs.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs that something was wrong with once, in {@code src/test/resources}, and what the fuzzers begin with. */
class FoundInputsTest {
    @BeforeAll
    static void writeNoLog() {
        JazzerEntry.quiet();
    }

    @TestFactory
    Stream<DynamicTest> nothingIsWrongAnyMore() {
        return Arrays.stream(Fuzzed.values())
                .flatMap(target -> found(target).stream()
                        .map(file -> dynamicTest(
                                target + " " + file.getFileName(),
                                file.toUri(),
                                () -> target.open().run(Files.readAllBytes(file)))));
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsWrongWithGoldenData(Fuzzed target) throws Exception {
        FuzzTarget opened = target.open();
        List<byte[]> seeds = target.seeds();
        assertThat(seeds).isNotEmpty();
        for (byte[] seed : seeds) {
            opened.run(seed.clone());
        }
    }

    private static List<Path> found(Fuzzed target) {
        URL directory = FoundInputsTest.class.getResource(target.id());
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(uri(directory)))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static URI uri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
