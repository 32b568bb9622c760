package io.zrs.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real thing. Modes are set where the file system has POSIX modes. Threading: thread-safe. */
final class FileSystemDisk implements BlobDisk {
    private static final Logger LOG = LoggerFactory.getLogger(FileSystemDisk.class);
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final boolean posix;
    private final boolean forcesDirectories;

    private FileSystemDisk(boolean posix, boolean forcesDirectories) {
        this.posix = posix;
        this.forcesDirectories = forcesDirectories;
    }

    /** The disk on which {@code directory} lies or will lie. */
    static FileSystemDisk of(Path directory) {
        Path existing = directory.toAbsolutePath();
        while (!Files.isDirectory(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "a root exists");
        }
        boolean posix = existing.getFileSystem().supportedFileAttributeViews().contains("posix");
        return new FileSystemDisk(posix, posix || canForce(existing));
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return posix ? FileChannel.open(file, NEW_FILE, OWNER_ONLY) : FileChannel.open(file, NEW_FILE);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void protect(Path file) throws IOException {
        if (!posix) {
            return;
        }
        Path directory = Objects.requireNonNull(file.getParent(), "lies under the blob directory");
        Set<PosixFilePermission> readers = Files.getPosixFilePermissions(directory);
        readers.retainAll(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ));
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        mode.removeAll(EnumSet.of(
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
        mode.addAll(readers);
        Files.setPosixFilePermissions(file, mode);
    }

    @Override
    public void force(Path file) throws IOException {
        // Where there are modes, a protected file cannot be opened for writing, nor need it be to force it; elsewhere
        // it must be.
        try (FileChannel channel = FileChannel.open(file, posix ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (forcesDirectories) {
            openAndForce(directory);
        }
    }

    /** Only to be asked where it is not sure: a disk that fails just then would look like one that cannot do it. */
    private static boolean canForce(Path directory) {
        try {
            openAndForce(directory);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info(
                    "directories cannot be forced here, a power failure may undo what is done to them: {}",
                    e.toString());
            return false;
        }
    }

    private static void openAndForce(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
