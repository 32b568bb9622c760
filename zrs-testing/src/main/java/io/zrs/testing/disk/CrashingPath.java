package io.zrs.testing.disk;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path as Unix has them; relative ones start from the root. Threading: immutable. */
final class CrashingPath implements Path {
    private static final Splitter NAMES = Splitter.on('/').omitEmptyStrings();

    private final CrashingFileSystem fileSystem;
    private final boolean absolute;

    /** Of the empty path, one empty name; of the root, none. */
    private final ImmutableList<String> names;

    private final String text;

    private CrashingPath(CrashingFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = ImmutableList.copyOf(names);
        this.text = (absolute ? "/" : "") + String.join("/", names);
    }

    static CrashingPath of(CrashingFileSystem fileSystem, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidPathException(text, "Nul character not allowed");
        }
        return new CrashingPath(
                fileSystem, text.startsWith("/"), text.isEmpty() ? List.of("") : NAMES.splitToList(text));
    }

    /** {@code path} itself, if it is one of {@code fileSystem}. */
    static CrashingPath of(CrashingFileSystem fileSystem, Path path) {
        if (path instanceof CrashingPath mine && mine.fileSystem == fileSystem) {
            return mine;
        }
        throw new ProviderMismatchException(path + " is a path of another file system");
    }

    ImmutableList<String> names() {
        return names;
    }

    /** The last name after dots have been resolved; empty for the root. */
    String lastName() {
        ImmutableList<String> resolved = normalize().names;
        return resolved.isEmpty() ? "" : resolved.get(resolved.size() - 1);
    }

    @Override
    public CrashingFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return with(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int start, int end) {
        if (start < 0 || start >= end || end > names.size()) {
            throw new IllegalArgumentException("no names from " + start + " to " + end + " in " + this);
        }
        return with(false, names.subList(start, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof CrashingPath start
                && start.fileSystem == fileSystem
                && start.absolute == absolute
                && (start.isEmpty() == isEmpty())
                && start.names.size() <= names.size()
                && names.subList(0, start.names.size()).equals(start.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof CrashingPath end) || end.fileSystem != fileSystem || end.isEmpty() != isEmpty()) {
            return false;
        }
        int start = names.size() - end.names.size();
        if (end.absolute) {
            return absolute && start == 0 && names.equals(end.names);
        }
        return start >= 0 && names.subList(start, names.size()).equals(end.names);
    }

    @Override
    public CrashingPath normalize() {
        if (!names.contains(".") && !names.contains("..") && !isEmpty()) {
            return this;
        }
        List<String> result = new ArrayList<>();
        for (String name : names) {
            boolean goesUp = name.equals("..");
            boolean canGoUp =
                    !result.isEmpty() && !result.get(result.size() - 1).equals("..");
            if (goesUp && canGoUp) {
                result.remove(result.size() - 1);
            } else if (goesUp ? !absolute : !name.equals(".") && !name.isEmpty()) {
                result.add(name);
            }
        }
        return with(absolute, result.isEmpty() && !absolute ? List.of("") : result);
    }

    @Override
    public Path resolve(Path other) {
        CrashingPath end = of(fileSystem, other);
        if (end.absolute || isEmpty()) {
            return end;
        }
        return end.isEmpty() ? this : with(absolute, joined(names, end.names));
    }

    @Override
    public Path relativize(Path other) {
        CrashingPath target = of(fileSystem, other);
        if (target.absolute != absolute) {
            throw new IllegalArgumentException("one of " + this + " and " + other + " is relative");
        }
        List<String> here = isEmpty() ? List.of() : names;
        List<String> there = target.isEmpty() ? List.of() : target.names;
        int common = 0;
        while (common < Math.min(here.size(), there.size()) && here.get(common).equals(there.get(common))) {
            common++;
        }
        List<String> result = new ArrayList<>();
        for (int i = common; i < here.size(); i++) {
            result.add("..");
        }
        result.addAll(there.subList(common, there.size()));
        return with(false, result.isEmpty() ? List.of("") : result);
    }

    /** Not by way of an installed provider: this URI only names the file. */
    @Override
    public URI toUri() {
        try {
            return new URI(fileSystem.provider().getScheme(), null, toAbsolutePath().text, null);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CrashingPath toAbsolutePath() {
        if (absolute) {
            return this;
        }
        return with(true, isEmpty() ? List.of() : names);
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        CrashingPath real = toAbsolutePath().normalize();
        fileSystem.provider().checkAccess(real);
        return real;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nothing is watched here");
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(((CrashingPath) other).text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CrashingPath path && path.fileSystem == fileSystem && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private boolean isEmpty() {
        return text.isEmpty();
    }

    private CrashingPath with(boolean isAbsolute, List<String> newNames) {
        return new CrashingPath(fileSystem, isAbsolute, newNames);
    }

    private static List<String> joined(List<String> start, List<String> end) {
        return ImmutableList.<String>builderWithExpectedSize(start.size() + end.size())
                .addAll(start)
                .addAll(end)
                .build();
    }
}
