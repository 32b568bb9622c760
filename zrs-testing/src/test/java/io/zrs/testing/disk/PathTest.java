package io.zrs.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths do what those of a Unix do. */
class PathTest {
    private static final List<String> PATHS = List.of(
            "/",
            "",
            "a",
            "/a",
            "a/b",
            "/a/b",
            "/a/b/c",
            "a//b/",
            "..",
            ".",
            "../a",
            "a/..",
            "/..",
            "/a/../..",
            "./a/./b",
            "../../a/../b",
            "b",
            "/b/a",
            "a/b/../../..");

    private final FileSystem ours = CrashingFileSystem.create(1);
    private final FileSystem theirs = FileSystems.getDefault();

    static Stream<String> paths() {
        return PATHS.stream();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void areAsOnUnix(String text) {
        assumeTrue(theirs.getSeparator().equals("/"));
        same(text, path -> path);
        same(text, Path::getFileName);
        same(text, Path::getParent);
        same(text, Path::getRoot);
        same(text, Path::normalize);
        same(text, Path::getNameCount);
        same(text, Path::isAbsolute);
        same(
                text,
                path -> IntStream.range(0, path.getNameCount())
                        .mapToObj(path::getName)
                        .toList());
        same(text, path -> Stream.iterate(path, Path::getParent).limit(2).toList());
    }

    @ParameterizedTest
    @MethodSource("paths")
    void meetOthersAsOnUnix(String text) {
        assumeTrue(theirs.getSeparator().equals("/"));
        for (String other : PATHS) {
            same(text, path -> path.resolve(path.getFileSystem().getPath(other)));
            same(text, path -> path.resolveSibling(path.getFileSystem().getPath(other)));
            same(text, path -> path.startsWith(path.getFileSystem().getPath(other)));
            same(text, path -> path.endsWith(path.getFileSystem().getPath(other)));
            same(text, path -> path.equals(path.getFileSystem().getPath(other)));
            same(
                    text,
                    path -> Integer.signum(path.compareTo(path.getFileSystem().getPath(other))));
            if (!text.contains(".") && !other.contains(".") && text.startsWith("/") == other.startsWith("/")) {
                same(text, path -> path.relativize(path.getFileSystem().getPath(other)));
            }
        }
    }

    @Test
    void startsRelativeOnesFromTheRoot() {
        assertThat(ours.getPath("a/b").toAbsolutePath()).isEqualTo(ours.getPath("/a/b"));
        assertThat(ours.getPath("").toAbsolutePath()).isEqualTo(ours.getPath("/"));
    }

    @Test
    void joinsParts() {
        assertThat(ours.getPath("/a", "", "b/c", "d")).hasToString("/a/b/c/d");
        assertThat(ours.getPath("", "b")).hasToString("b");
    }

    @Test
    void keepsFileSystemsApart() {
        Path other = CrashingFileSystem.create(1).getPath("/a");
        assertThat(ours.getPath("/a")).isNotEqualTo(other);
        assertThatThrownBy(() -> ours.getPath("/a").resolve(other)).isInstanceOf(ProviderMismatchException.class);
    }

    @Test
    void namesFilesByUri() {
        assertThat(ours.getPath("/a b").toUri()).hasToString("crashing:/a%20b");
        assertThat(ours.provider().getPath(ours.getPath("/a b").toUri())).isEqualTo(ours.getPath("/a b"));
    }

    @Test
    void matchesGlobs() {
        assertThat(ours.getPathMatcher("glob:*.{a,b}").matches(ours.getPath("x.b")))
                .isTrue();
        assertThat(ours.getPathMatcher("glob:/*/x").matches(ours.getPath("/y/z/x")))
                .isFalse();
    }

    private void same(String text, Function<Path, @Nullable Object> question) {
        assertThat(String.valueOf(question.apply(ours.getPath(text))))
                .as(text)
                .isEqualTo(String.valueOf(question.apply(theirs.getPath(text))));
    }
}
