package io.zrs.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenTest {
    @TempDir
    Path directory;

    @Test
    void namesEverySet() {
        assertThat(Golden.sets())
                .contains("py2-small", "py3-small", "py3-variety")
                .doesNotContain("py2-pack", "py3-pack")
                .isSorted();
    }

    @Test
    void holdsTheBytesOfAFileStorage() {
        assertThat(Golden.bytes("py3-small/Data.fs")).startsWith('F', 'S', '3', '0');
        assertThat(Golden.bytes("py2-small/Data.fs")).startsWith('F', 'S', '2', '1');
    }

    @Test
    void readsJson() {
        assertThat(Golden.json("vectors.json").path("timestamps").size()).isGreaterThan(1);
    }

    @Test
    void refusesANameThatIsNotThere() {
        assertThatThrownBy(() -> Golden.path("py3-small/none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no golden data py3-small/none");
        assertThatThrownBy(() -> Golden.path("../io")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void copiesASetIntoADirectoryThatIsThere() throws IOException {
        Golden.copy("py3-doctest", directory);
        assertThat(filesOf(directory)).isEqualTo(filesOf(Golden.path("py3-doctest")));
        assertThat(directory.resolve("Data.fs")).hasBinaryContent(Golden.bytes("py3-doctest/Data.fs"));
        assertThat(directory.resolve("blobs/.layout")).isRegularFile();
        assertThat(Files.isWritable(directory.resolve("Data.fs"))).isTrue();
    }

    @Test
    void copiesOneFileToItsNewName() {
        Path copy = Golden.copy("py3-small/Data.fs", directory.resolve("Copy.fs"));
        assertThat(copy).hasBinaryContent(Golden.bytes("py3-small/Data.fs"));
    }

    @Test
    void worksFromAJar() throws Exception {
        Path jar = directory.resolve("golden.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("io/zrs/golden/Golden.class"));
            try (var in = Golden.class.getResourceAsStream("Golden.class")) {
                entries.write(in.readAllBytes());
            }
            for (String file : List.of("README.md", "py3-small/Data.fs", "py3-small/dump.json")) {
                entries.putNextEntry(new JarEntry("golden/" + file));
                entries.write(Golden.bytes(file));
            }
        }
        URL[] classPath = {
            jar.toUri().toURL(), jarOf(JsonNode.class), jarOf(JsonFactory.class), jarOf(JsonInclude.class)
        };
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> golden = loader.loadClass(Golden.class.getName());
            assertThat(golden.getMethod("sets").invoke(null)).isEqualTo(List.of("py3-small"));
            golden.getMethod("copy", String.class, Path.class).invoke(null, "py3-small", directory.resolve("copy"));
            assertThat(directory.resolve("copy/Data.fs")).hasBinaryContent(Golden.bytes("py3-small/Data.fs"));
        }
    }

    private static URL jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static List<String> filesOf(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.map(path -> root.relativize(path).toString()).sorted().toList();
        }
    }
}
