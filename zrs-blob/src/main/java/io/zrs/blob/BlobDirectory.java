package io.zrs.blob;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names in a blob directory: which revision's bytes lie where. It changes nothing, holds nothing open and needs no storage.
 *
 * <pre>
 * .layout                     name of the {@link BlobLayout}
 * tmp/                        what is not committed yet
 * .removed                    {@link RemovedBlobs}, while a pack goes on
 * &lt;oid path&gt;/&lt;tid&gt;.blob       the bytes of one revision
 * </pre>
 *
 * <p>Threading: immutable; what lies on disk may change at any time.
 */
public final class BlobDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(BlobDirectory.class);
    private static final String MARKER = ".layout";
    private static final String NEW_MARKER = ".layout.new";
    private static final String TEMPORARY = "tmp";
    private static final int MARKER_BYTES_MAX = 64;

    private final Path root;
    private final BlobLayout layout;

    private BlobDirectory(Path root, BlobLayout layout) {
        this.root = root;
        this.layout = layout;
    }

    /**
     * Looks at a blob directory, which need not exist. One without a marker is {@code bushy} if it holds nothing visible but {@code tmp},
     * else {@code lawn}.
     *
     * @throws CorruptedStorageException if its marker names no layout of a storage
     * @throws UncheckedIOException if it cannot be read
     */
    public static BlobDirectory open(Path root) {
        return open(root, null);
    }

    /** As {@link #open(Path)}, with the layout that it must have; null for any. */
    static BlobDirectory open(Path root, @Nullable BlobLayout requested) {
        Path absolute = root.toAbsolutePath().normalize();
        try {
            return new BlobDirectory(absolute, layout(absolute, requested));
        } catch (IOException e) {
            throw new UncheckedIOException("blob directory " + root, e);
        }
    }

    /** Creates what is missing of this directory: itself, its marker, {@code tmp}. Nothing is ever deleted. */
    void create(BlobDisk disk) throws IOException {
        Set<Path> changed = new LinkedHashSet<>();
        disk.createDirectories(root, changed);
        Path marker = root.resolve(MARKER);
        if (!Files.exists(marker)) {
            // The marker appears whole, and before tmp: a directory with a visible entry and no marker would be taken
            // for a lawn.
            Path unfinished = root.resolve(NEW_MARKER);
            disk.delete(unfinished);
            try (FileChannel channel = disk.create(unfinished)) {
                writeMarker(channel);
            }
            disk.protect(unfinished);
            disk.force(unfinished);
            disk.move(unfinished, marker);
            disk.forceDirectory(root);
        }
        disk.createDirectories(temporaryDirectory(), changed);
        // A process that was killed may have made these, and not have come to that.
        Path parent = root.getParent();
        if (parent != null) {
            changed.add(parent);
        }
        changed.add(root);
        disk.forceDirectories(changed);
    }

    /** The directory itself, absolute. */
    public Path root() {
        return root;
    }

    /** How the files are spread over directories. */
    public BlobLayout layout() {
        return layout;
    }

    /** Where the bytes of a revision lie if it has any, absolute. */
    public Path path(Oid oid, Tid tid) {
        return root.resolve(relativePath(new BlobRevision(oid, tid)));
    }

    /**
     * Names each revision that has a file, in no order, with a look at every directory; files under any other name are passed over, and so
     * is what vanishes meanwhile.
     *
     * @throws UncheckedIOException if a directory cannot be read
     */
    public void walk(Consumer<BlobRevision> revisions) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), layout.levels() + 1, visitor(revisions));
        } catch (IOException e) {
            throw new UncheckedIOException("blob directory " + root, e);
        }
    }

    /** The revisions of one object that have a file. */
    List<BlobRevision> revisions(Oid oid) throws IOException {
        Path directory = root.resolve(layout.oidPath(oid));
        List<BlobRevision> revisions = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                revisionAt(entry).ifPresent(revisions::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return revisions;
    }

    /** What to throw if a revision has no file. */
    PosKeyException noBlobFile(BlobRevision revision) {
        return new PosKeyException(revision.oid(), revision.tid(), "No blob file at " + relativePath(revision));
    }

    /** As {@link #path}, relative to the blob directory, with slashes. */
    String relativePath(BlobRevision revision) {
        return layout.filePath(revision);
    }

    /** Where uncommitted files lie. */
    Path temporaryDirectory() {
        return root.resolve(TEMPORARY);
    }

    private SimpleFileVisitor<Path> visitor(Consumer<BlobRevision> revisions) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(temporaryDirectory()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    revisionAt(file).ifPresent(revisions);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        };
    }

    private Optional<BlobRevision> revisionAt(Path file) {
        String separator = root.getFileSystem().getSeparator();
        return layout.revisionAt(root.relativize(file).toString().replace(separator, "/"));
    }

    private void writeMarker(FileChannel channel) throws IOException {
        ByteBuffer name = StandardCharsets.US_ASCII.encode(layout.marker());
        while (name.hasRemaining()) {
            channel.write(name);
        }
    }

    private static BlobLayout layout(Path root, @Nullable BlobLayout requested) throws IOException {
        Optional<BlobLayout> marked = readMarker(root.resolve(MARKER));
        if (marked.isEmpty()) {
            return requested != null ? requested : guess(root);
        }
        if (requested != null && requested != marked.get()) {
            throw new StorageException("layout '" + requested.marker() + "' was asked for, but blob directory " + root
                    + " is marked '" + marked.get().marker() + "'");
        }
        return marked.get();
    }

    private static Optional<BlobLayout> readMarker(Path marker) throws IOException {
        String name;
        try (InputStream in = Files.newInputStream(marker)) {
            name = new String(in.readNBytes(MARKER_BYTES_MAX), StandardCharsets.ISO_8859_1).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Optional<BlobLayout> layout = BlobLayout.named(name);
        if (layout.isEmpty()) {
            String known = Arrays.stream(BlobLayout.values())
                    .map(BlobLayout::marker)
                    .toList()
                    .toString();
            throw new CorruptedStorageException(
                    marker.toString(), 0, "'" + name + "' is no layout of a storage's blobs; known are " + known);
        }
        return layout;
    }

    private static BlobLayout guess(Path root) throws IOException {
        if (!Files.exists(root)) {
            return BlobLayout.BUSHY;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                String name = root.relativize(entry).toString();
                if (!name.startsWith(".") && !name.equals(TEMPORARY)) {
                    LOG.warn(
                            "blob directory {} has no marker {}, but holds '{}': taken for a lawn", root, MARKER, name);
                    return BlobLayout.LAWN;
                }
            }
        }
        return BlobLayout.BUSHY;
    }
}
