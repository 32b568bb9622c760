package io.zrs.testing.disk;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a file system, and what they stand for. Paths are absolute.
 *
 * <p>Threading: guarded by its {@link Disk}.
 */
final class Tree {
    private final DirectoryNode root = new DirectoryNode(1, FileTime.fromMillis(0));

    /** Those of which something is not durable, and perhaps others. */
    private final Set<DirectoryNode> changed = new LinkedHashSet<>();

    private final Space space;
    private long nodeCount = 1;

    /** As in {@link NameChange#order}. */
    private long changeCount;

    Tree(Space space) {
        this.space = space;
        root.links = 1;
    }

    /** What {@code path} stands for, null if it does not exist. */
    @Nullable
    Node find(CrashingPath path) {
        Node node = root;
        for (String name : path.normalize().names()) {
            node = node instanceof DirectoryNode directory ? directory.get(name) : null;
        }
        return node;
    }

    Node get(CrashingPath path) throws NoSuchFileException {
        Node node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    DirectoryNode directory(CrashingPath path) throws IOException {
        if (get(path) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    FileNode createFile(CrashingPath path, FileTime now) throws IOException {
        changeCount++;
        DirectoryNode directory = placeFor(path);
        FileNode file = new FileNode(++nodeCount, now);
        arrive(file, directory, path.lastName(), now);
        return file;
    }

    DirectoryNode createDirectory(CrashingPath path, FileTime now) throws IOException {
        changeCount++;
        DirectoryNode parent = placeFor(path);
        DirectoryNode directory = new DirectoryNode(++nodeCount, now);
        arrive(directory, parent, path.lastName(), now);
        return directory;
    }

    void delete(CrashingPath path, FileTime now) throws IOException {
        Node node = get(path);
        if (node == root) {
            throw new FileSystemException(path.toString(), null, "Device or resource busy");
        }
        checkReplaceable(path, node);
        changeCount++;
        depart(path, now);
    }

    /**
     * Renames, and replaces a file or an empty directory.
     *
     * @param atomic replaces only what a system call would: a file by a file, a directory by a directory
     */
    void move(CrashingPath from, CrashingPath to, boolean atomic, FileTime now) throws IOException {
        Node node = get(from);
        DirectoryNode target = parent(to);
        Node replaced = find(to);
        if (replaced == node && from.normalize().equals(to.normalize())) {
            return;
        }
        if (node == root || isWithin(target, node)) {
            throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
        }
        if (replaced != null) {
            checkReplaceable(to, replaced);
            if (atomic && node instanceof DirectoryNode != replaced instanceof DirectoryNode) {
                throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "one is a directory");
            }
        }
        changeCount++;
        NameChange arrival = arrive(node, target, to.lastName(), now);
        NameChange departure = depart(from, now);
        departure.requires(arrival);
        for (DirectoryNode above = target; above != null; above = above.parent) {
            departure.requires(above.arrival);
        }
        if (departure.directory == arrival.directory || node instanceof DirectoryNode) {
            arrival.requires(departure);
        }
    }

    void forceDirectory(DirectoryNode directory) {
        directory.force();
        changed.remove(directory);
    }

    /** Loses what {@code survivors} do not choose. */
    void crash(Survivors survivors) {
        List<NameChange> changes = new ArrayList<>();
        changed.forEach(directory -> changes.addAll(directory.changes()));
        changes.sort((a, b) -> Long.compare(a.order, b.order));
        survivors.chooseNames(changes);
        changed.forEach(DirectoryNode::crash);
        changed.clear();
        changes.forEach(Tree::forgetLinks);
        forgetLinks(root);
        space.clear();
        List<FileNode> files = new ArrayList<>();
        collect(root, files);
        for (FileNode file : files) {
            if (file.content.isChanged()) {
                survivors.chooseContent(file.content);
            }
            space.take(file.content.size());
        }
    }

    private static void forgetLinks(NameChange change) {
        for (Node node : new @Nullable Node[] {change.before, change.after}) {
            if (node != null) {
                node.links = 0;
            }
        }
    }

    private static void forgetLinks(DirectoryNode directory) {
        for (Node node : directory.entries().values()) {
            node.links = 0;
            if (node instanceof DirectoryNode below) {
                forgetLinks(below);
            }
        }
    }

    /** Counts names anew; {@code files} gets each file once. */
    private static void collect(DirectoryNode directory, List<FileNode> files) {
        for (Node node : directory.entries().values()) {
            node.parent = directory;
            node.arrival = null;
            node.links++;
            if (node instanceof DirectoryNode below) {
                collect(below, files);
            } else if (node instanceof FileNode file && file.links == 1) {
                files.add(file);
            }
        }
    }

    private NameChange arrive(Node node, DirectoryNode directory, String name, FileTime now) {
        Node replaced = directory.get(name);
        NameChange change = change(directory, name, node, now);
        if (replaced != null) {
            unlink(replaced, change);
        }
        if (node.links++ == 0 && node instanceof FileNode file) {
            space.take(file.content.size());
        }
        node.arrival = change;
        node.parent = directory;
        return change;
    }

    private NameChange depart(CrashingPath path, FileTime now) throws IOException {
        DirectoryNode directory = parent(path);
        String name = path.lastName();
        Node node = Objects.requireNonNull(directory.get(name), "was found before");
        NameChange change = change(directory, name, null, now);
        unlink(node, change);
        return change;
    }

    private NameChange change(DirectoryNode directory, String name, @Nullable Node after, FileTime now) {
        changed.add(directory);
        directory.modified(now);
        return directory.change(name, after, changeCount);
    }

    private void unlink(Node node, NameChange change) {
        if (--node.links > 0) {
            return;
        }
        if (node instanceof FileNode file) {
            space.free(file.content.size());
        } else if (node instanceof DirectoryNode directory) {
            // Otherwise a crash could lose what was moved out of it, in both places.
            directory.changes().forEach(change::requires);
        }
    }

    private DirectoryNode placeFor(CrashingPath path) throws IOException {
        if (find(path) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return parent(path);
    }

    private DirectoryNode parent(CrashingPath path) throws IOException {
        ImmutableList<String> names = path.normalize().names();
        Node node = root;
        for (String name : names.subList(0, Math.max(0, names.size() - 1))) {
            node = node instanceof DirectoryNode directory ? directory.get(name) : null;
        }
        if (node instanceof DirectoryNode directory) {
            return directory;
        }
        throw new NoSuchFileException(path.toString());
    }

    private static void checkReplaceable(CrashingPath path, Node node) throws DirectoryNotEmptyException {
        if (node instanceof DirectoryNode directory && !directory.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
    }

    private static boolean isWithin(DirectoryNode directory, Node above) {
        for (Node node = directory; node != null; node = node.parent) {
            if (node == above) {
                return true;
            }
        }
        return false;
    }
}
