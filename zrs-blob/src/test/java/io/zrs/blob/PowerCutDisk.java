package io.zrs.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk that stops the program before any chosen change, and knows what a power failure may undo: each name that was made or removed since
 * its directory was forced, and the bytes of each file that was not forced.
 */
final class PowerCutDisk implements BlobDisk {
    private final FileSystem fileSystem;
    private final BlobDisk disk;
    private final Node root = new Node(true);
    private int left = Integer.MAX_VALUE;
    private boolean cut;

    /** The program stops here. */
    @SuppressWarnings("serial")
    static final class PowerCut extends Error {}

    private static final class Node {
        final boolean directory;
        final Map<String, Node> names = new LinkedHashMap<>();
        Map<String, Node> durableNames = new LinkedHashMap<>();
        byte[] bytes = new byte[0];
        boolean durableBytes;

        Node(boolean directory) {
            this.directory = directory;
        }
    }

    /** Takes what {@code fileSystem} holds for durable. */
    PowerCutDisk(FileSystem fileSystem, String top) throws IOException {
        this.fileSystem = fileSystem;
        this.disk = FileSystemDisk.of(fileSystem.getPath("/"));
        Path start = fileSystem.getPath(top);
        if (Files.exists(start)) {
            Node node = imported(start);
            root.names.put(top.substring(1), node);
            root.durableNames.put(top.substring(1), node);
        }
    }

    /** Allows {@code count} more changes. */
    void allow(int count) {
        left = count;
    }

    /** One more change, or the end. */
    void tick() {
        if (cut || left == 0) {
            cut = true;
            throw new PowerCut();
        }
        left--;
    }

    /** Writes what may be found after a power failure to an empty file system. */
    void survive(Random random, FileSystem target) throws IOException {
        refresh(root, fileSystem.getPath("/"));
        survive(root, target.getPath("/"), random);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        tick();
        FileChannel channel = disk.create(file);
        parent(file).names.put(name(file), new Node(false));
        return channel;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        tick();
        disk.createDirectory(directory);
        parent(directory).names.put(name(directory), new Node(true));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        tick();
        remember(to);
        disk.move(from, to);
        Node node = parent(from).names.remove(name(from));
        parent(to).names.put(name(to), Objects.requireNonNull(node));
    }

    @Override
    public void delete(Path path) throws IOException {
        tick();
        remember(path);
        disk.delete(path);
        Node parent = find(path.getParent());
        if (parent != null) {
            parent.names.remove(name(path));
        }
    }

    @Override
    public void protect(Path file) throws IOException {
        tick();
        disk.protect(file);
    }

    @Override
    public void force(Path file) throws IOException {
        tick();
        disk.force(file);
        remember(file);
        Objects.requireNonNull(find(file)).durableBytes = true;
    }

    @Override
    public void forceDirectory(Path directory) {
        tick();
        Node node = Objects.requireNonNull(find(directory));
        node.durableNames = new LinkedHashMap<>(node.names);
    }

    private static Node imported(Path path) throws IOException {
        Node node = new Node(Files.isDirectory(path));
        if (node.directory) {
            try (var entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    node.names.put(name(entry), imported(entry));
                }
            }
            node.durableNames = new LinkedHashMap<>(node.names);
        } else {
            node.bytes = Files.readAllBytes(path);
            node.durableBytes = true;
        }
        return node;
    }

    private void remember(Path file) throws IOException {
        Node node = find(file);
        if (node != null && !node.directory) {
            node.bytes = Files.readAllBytes(file);
        }
    }

    private void refresh(Node node, Path path) throws IOException {
        for (Map.Entry<String, Node> entry : node.names.entrySet()) {
            Path child = path.resolve(entry.getKey());
            if (entry.getValue().directory) {
                refresh(entry.getValue(), child);
            } else {
                entry.getValue().bytes = Files.readAllBytes(child);
            }
        }
    }

    private void survive(Node node, Path path, Random random) throws IOException {
        Set<String> names = new TreeSet<>(node.names.keySet());
        names.addAll(node.durableNames.keySet());
        for (String name : names) {
            Node now = node.names.get(name);
            Node before = node.durableNames.get(name);
            Node found = now == before || random.nextBoolean() ? now : before;
            Path child = path.resolve(name);
            if (found == null) {
                continue;
            }
            if (found.directory) {
                Files.createDirectory(child);
                survive(found, child, random);
            } else {
                int kept = found.durableBytes ? found.bytes.length : random.nextInt(found.bytes.length + 1);
                Files.write(child, Arrays.copyOf(found.bytes, kept));
            }
        }
    }

    private Node parent(Path path) {
        return Objects.requireNonNull(find(path.getParent()));
    }

    private @Nullable Node find(@Nullable Path path) {
        Node node = root;
        for (Path name : Objects.requireNonNull(path)) {
            node = node == null ? null : node.names.get(name.toString());
        }
        return node;
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }
}
