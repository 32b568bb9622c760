package io.zrs.testing.disk;

import io.zrs.testing.disk.DiskOperation.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} asks; each file system has one of its own, and none is installed. Threading: thread-safe. */
final class CrashingFileSystemProvider extends FileSystemProvider {
    static final String SCHEME = "crashing";

    private static final int COPY_BYTES = 64 * 1024;

    private final CrashingFileSystem fileSystem;
    private final Disk disk;

    CrashingFileSystemProvider(CrashingFileSystem fileSystem, Disk disk) {
        this.fileSystem = fileSystem;
        this.disk = disk;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("CrashingFileSystem.create makes them");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return fileSystem.getPath(uri.getPath());
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return new CrashingFileChannel(open(path, options, attributes));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    /** Without an executor everything is done at once, on the calling thread. */
    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path,
            Set<? extends OpenOption> options,
            @Nullable ExecutorService executor,
            FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.APPEND)) {
            throw new UnsupportedOperationException("APPEND not allowed");
        }
        Executor runner = executor == null ? Runnable::run : executor;
        return new CrashingAsynchronousFileChannel(open(path, options, attributes), runner);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        CrashingPath directory = mine(path);
        disk.ask(disk.life(), Kind.LIST, directory, 0, 0);
        synchronized (disk) {
            List<Path> paths = new ArrayList<>();
            disk.tree().directory(directory).entries().keySet().forEach(name -> paths.add(directory.resolve(name)));
            return new NameStream(disk, disk.opened(), paths, filter);
        }
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        CrashingPath directory = mine(path);
        Set<PosixFilePermission> permissions = permissions(attributes);
        disk.ask(disk.life(), Kind.CREATE_DIRECTORY, directory, 0, 0);
        synchronized (disk) {
            disk.life();
            Node node = disk.tree().createDirectory(directory, disk.now());
            if (permissions != null) {
                node.setPermissions(permissions);
            }
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        CrashingPath victim = mine(path);
        disk.ask(disk.life(), Kind.DELETE, victim, 0, 0);
        synchronized (disk) {
            disk.life();
            disk.tree().delete(victim, disk.now());
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        Set<CopyOption> chosen = Set.of(options);
        BasicFileAttributes attributes = readAttributes(source, BasicFileAttributes.class);
        if (exists(target) && isSameFile(source, target)) {
            return;
        }
        if (chosen.contains(StandardCopyOption.REPLACE_EXISTING)) {
            deleteIfExists(target);
        }
        if (attributes.isDirectory()) {
            createDirectory(target);
        } else {
            copyBytes(source, target);
        }
        if (chosen.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
            NodeAttributeView view = new NodeAttributeView(disk, mine(target), "posix");
            view.setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), null);
            view.setPermissions(new NodeAttributeView(disk, mine(source), "posix")
                    .readAttributes()
                    .permissions());
        }
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        CrashingPath from = mine(source);
        CrashingPath to = mine(target);
        Set<CopyOption> chosen = Set.of(options);
        boolean atomic = chosen.contains(StandardCopyOption.ATOMIC_MOVE);
        disk.ask(disk.life(), Kind.MOVE, from, 0, 0);
        synchronized (disk) {
            disk.life();
            Node replaced = disk.tree().find(to);
            if (replaced != null
                    && replaced != disk.tree().get(from)
                    && !atomic
                    && !chosen.contains(StandardCopyOption.REPLACE_EXISTING)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            disk.tree().move(from, to, atomic, disk.now());
        }
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        if (path.equals(other)) {
            return true;
        }
        if (!(other instanceof CrashingPath) || other.getFileSystem() != fileSystem) {
            return false;
        }
        synchronized (disk) {
            disk.life();
            return disk.tree().get(mine(path)) == disk.tree().get(mine(other));
        }
    }

    @Override
    public boolean isHidden(Path path) {
        return mine(path).lastName().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        checkAccess(path);
        return new CrashingFileStore(disk);
    }

    /** Whether it exists; everybody may do everything. */
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        synchronized (disk) {
            disk.life();
            disk.tree().get(mine(path));
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        if (type == BasicFileAttributeView.class) {
            return type.cast(new NodeAttributeView(disk, mine(path), "basic"));
        }
        if (type == PosixFileAttributeView.class) {
            return type.cast(new NodeAttributeView(disk, mine(path), "posix"));
        }
        return type == FileOwnerAttributeView.class
                ? type.cast(new NodeAttributeView(disk, mine(path), "owner"))
                : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
            throw new UnsupportedOperationException("no attributes " + type.getName());
        }
        return type.cast(new NodeAttributeView(disk, mine(path), "posix").readAttributes());
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return NodeAttributeView.byName(disk, mine(path), attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        NodeAttributeView.setByName(disk, mine(path), attribute, value);
    }

    private OpenFile open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        CrashingPath file = mine(path);
        OpenMode mode = OpenMode.of(options);
        Set<PosixFilePermission> permissions = permissions(attributes);
        boolean create = (mode.isCreating() || mode.isNew()) && !exists(file);
        disk.ask(disk.life(), create ? Kind.CREATE : Kind.OPEN, file, 0, 0);
        OpenFile opened;
        synchronized (disk) {
            disk.life();
            Node node = disk.tree().find(file);
            if (node != null && mode.isNew()) {
                throw new FileAlreadyExistsException(file.toString());
            }
            if (node instanceof DirectoryNode && mode.isWritable()) {
                throw new FileSystemException(file.toString(), null, "Is a directory");
            }
            if (node == null && create) {
                node = disk.tree().createFile(file, disk.now());
                if (permissions != null) {
                    node.setPermissions(permissions);
                }
            }
            opened = OpenFile.open(disk, node == null ? disk.tree().get(file) : node, file, mode);
        }
        truncateOpened(opened);
        return opened;
    }

    private static void truncateOpened(OpenFile opened) throws IOException {
        if (!opened.mode().isTruncating()) {
            return;
        }
        boolean done = false;
        try {
            if (opened.size() > 0) {
                opened.truncate(0);
            }
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    private void copyBytes(Path source, Path target) throws IOException {
        try (SeekableByteChannel in = newByteChannel(source, Set.of(StandardOpenOption.READ));
                SeekableByteChannel out =
                        newByteChannel(target, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (in.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
        }
    }

    private boolean exists(Path path) throws IOException {
        synchronized (disk) {
            disk.life();
            return disk.tree().find(mine(path)) != null;
        }
    }

    @SuppressWarnings("unchecked") // The attribute of that name is a set of permissions.
    private static @Nullable Set<PosixFilePermission> permissions(FileAttribute<?>... attributes) {
        Set<PosixFilePermission> permissions = null;
        for (FileAttribute<?> attribute : attributes) {
            if (!attribute.name().equals("posix:permissions")) {
                throw new UnsupportedOperationException(attribute.name() + " cannot be set at creation");
            }
            permissions = (Set<PosixFilePermission>) attribute.value();
        }
        return permissions;
    }

    private CrashingPath mine(Path path) {
        return CrashingPath.of(fileSystem, path);
    }
}
