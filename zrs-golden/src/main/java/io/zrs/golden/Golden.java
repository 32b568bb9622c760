package io.zrs.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The golden data: what the Python original wrote and sent, described in {@code golden/README.md}.
 *
 * <p>Names are relative to the data's root, with slashes: {@code py3-small/Data.fs}. A name that is not there is an
 * {@link IllegalArgumentException}.
 *
 * <p>Threading: thread-safe.
 */
public final class Golden {
    private static final Path ROOT = findRoot();
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    /** The names of all sets that are one database, sorted: {@code py2-blobstorage}, …, {@code py3-variety}; not {@code py2-pack} and {@code py3-pack}. */
    public static List<String> sets() {
        try (Stream<Path> children = Files.list(ROOT)) {
            return children.filter(child -> Files.exists(child.resolve("Data.fs")))
                    .map(Golden::nameOf)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file or directory to read, never to change: copy it first. It may lie in a zip file system, whose channels
     * cannot be mapped and whose paths have no {@link Path#toFile() file}.
     */
    public static Path path(String relative) {
        Path path = ROOT.resolve(relative).normalize();
        if (!path.startsWith(ROOT) || !Files.exists(path)) {
            throw new IllegalArgumentException("no golden data " + relative);
        }
        return path;
    }

    /** All bytes of a file, in a new array. */
    public static byte[] bytes(String relative) {
        try {
            return Files.readAllBytes(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON file, parsed. */
    public static JsonNode json(String relative) {
        try {
            return JSON.readTree(bytes(relative));
        } catch (IOException e) {
            throw new UncheckedIOException("golden data " + relative, e);
        }
    }

    /**
     * Copies a file, or a directory with all that is in it.
     *
     * @param target the copy itself, not the directory to put it in: a file that does not exist yet, or a directory
     *     that may, as a test's temporary directory does, and keeps what it holds
     * @return {@code target}
     */
    public static Path copy(String relative, Path target) {
        Path source = path(relative);
        try (Stream<Path> tree = Files.walk(source)) {
            for (Path from : (Iterable<Path>) tree::iterator) {
                // By text: the two paths may belong to different file systems.
                Path to = target.resolve(source.relativize(from).toString());
                if (Files.isDirectory(from)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(from, to);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static String nameOf(Path path) {
        String name = Objects.requireNonNull(path.getFileName()).toString();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private static Path findRoot() {
        URL readme = Objects.requireNonNull(Golden.class.getResource("/golden/README.md"), "golden data on class path");
        try {
            if (readme.openConnection() instanceof JarURLConnection jar) {
                Path file = Path.of(jar.getJarFileURL().toURI());
                // Never closed: its paths live as long as the tests do.
                return FileSystems.newFileSystem(file).getPath("/golden");
            }
            URI uri = readme.toURI();
            return Objects.requireNonNull(Path.of(uri).getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
