package io.zrs.testing.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/**
 * The disk of one machine, in memory: a Unix-like file system that remembers what was forced, loses other things when the power fails, and
 * fails when it is told to.
 *
 * <p>What a program under test does is its own affair: it uses {@link java.nio.file.Files}, {@link java.nio.channels.FileChannel} and {@link
 * java.nio.channels.AsynchronousFileChannel} as ever. The test crashes, kills and restarts the machine, and decides what becomes of each
 * operation:
 *
 * <pre>
 * CrashingFileSystem disk = CrashingFileSystem.create(seed);
 * disk.setFaults(DiskFaults.nth(5, operation -&gt; operation.kind().isChange(), Verdict.CRASH));
 * assertThrows(PowerFailure.class, () -&gt; program.run(disk.getPath("/data")));
 * disk.setFaults(DiskFaults.NONE);
 * disk.restart();
 * program.recover(disk.getPath("/data"));
 * </pre>
 *
 * <p>There are no links, nothing is mapped to memory or watched, permissions are kept but not enforced, no file is longer than two gigabytes,
 * and names in a directory are sorted. There is no clock either: times of files count operations, in milliseconds. Deleting a file frees its
 * space even while it is open. Locks keep each other out within this file system, and end with the process. A channel that is opened
 * without an executor does asynchronous things at once.
 *
 * <p>The same seed, faults and operations have the same outcome, always.
 *
 * <p>Threading: thread-safe.
 */
public final class CrashingFileSystem extends FileSystem {
    static final Set<String> VIEWS = Set.of("basic", "owner", "posix");

    private final Disk disk;
    private final CrashingFileSystemProvider provider;

    private CrashingFileSystem(long seed) {
        this.disk = new Disk(seed);
        this.provider = new CrashingFileSystemProvider(this, disk);
    }

    /**
     * Empty but for its root, {@code /}.
     *
     * @param seed decides what a crash keeps, and how short a short write is
     */
    public static CrashingFileSystem create(long seed) {
        return new CrashingFileSystem(seed);
    }

    /**
     * The power fails. Every channel and stream is dead for ever, and the machine is down until {@link #restart}. Of what was not forced a
     * part stays; what is there then is durable. That part is chosen with the seed, often so that everything stays or nothing.
     *
     * <p>Bytes. What a file held when it was last forced is there, but for what was changed since. Each later write or truncation is kept or
     * lost by itself, whatever became of those before and after it, in this file and in others; a write also in part, mostly cut where a
     * sector of 512 or a page of 4096 bytes ends, and sometimes anywhere. The file may be as long as it was at any moment since, with zeros
     * or, more rarely, garbage where bytes were lost.
     *
     * <p>Names. Forcing a file says nothing about its name: that takes a force of its directory. Each creation, deletion and renaming since
     * then is kept or lost, and one name's changes in their order: a name stands for what it stood for at some moment since its directory
     * was forced. A renaming that replaces a file leaves the old one or the new one under that name, never none. Within one directory a
     * renaming happened or did not; between two directories the file has the old name, or the new one, or both, but not neither. A directory
     * never has two names. A directory goes only with all that happened in it, so what was moved out of it stays. A file whose name is lost,
     * or that of a directory above it, is lost, forced or not.
     *
     * <p>Why: POSIX promises only what was forced, and disks write sectors in any order, so bytes may do what they like. Names are what
     * journals are for: these lose and order whole operations, but do not tear them. The promises about names are what all journaling
     * file systems keep; a program that needs more than is said here depends on one of them.
     *
     * <p>Attributes are durable at once, and so is what was done more than 4096 changes ago to the same file or directory: no system waits
     * for ever.
     *
     * <p>The program that was running is not told. Whatever it does from now on fails with an {@code IOException}, but what it holds in the
     * memory of this virtual machine it still holds. If that is a lock in a static field, nobody can open its storage again: give a
     * storage on this file system a lock of the test's own.
     */
    public void crash() {
        disk.crash();
    }

    /**
     * The process is killed. Every channel and stream is dead for ever and all locks are free, but nothing is lost that was written. Down
     * until {@link #restart}; the power may fail before.
     */
    public void kill() {
        disk.kill();
    }

    /** Ends being down: until then each operation fails with an {@code IOException}. */
    public void restart() {
        disk.restart();
    }

    /** Whether it crashed or was killed, and has not been restarted. */
    public boolean isDown() {
        return disk.isDown();
    }

    /** How many channels, streams and directory streams are open: 0 if everything was closed in order, or died. */
    public int openHandles() {
        return disk.openHandles();
    }

    /** How many operations there were, reads included; those that were refused because the machine was down are not. */
    public long operationCount() {
        return disk.operationCount();
    }

    /** Lets {@code faults} decide from now on; {@link DiskFaults#NONE} at first. */
    public void setFaults(DiskFaults faults) {
        disk.setFaults(faults);
    }

    /** Carries out each force that was {@linkplain Verdict#POSTPONE put off}, for what it would have forced then. */
    public void forcePostponed() {
        disk.forcePostponed();
    }

    /**
     * Limits what all files together may take, as their sizes say; a write beyond is cut short, and fails if there is no room for a single
     * byte. At first there is no limit.
     *
     * @param bytes 0 or more; may be less than is taken already
     */
    public void setCapacity(long bytes) {
        disk.setCapacity(bytes);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    /** Ends it for good, with all channels and streams. */
    @Override
    public void close() {
        disk.close();
    }

    @Override
    public boolean isOpen() {
        return !disk.isClosed();
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new CrashingFileStore(disk));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return VIEWS;
    }

    @Override
    public Path getPath(String first, String... more) {
        StringBuilder text = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                text.append(text.isEmpty() ? "" : "/").append(part);
            }
        }
        return CrashingPath.of(this, text.toString());
    }

    /** Understands what the default file system understands, on Unix. */
    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
        return path -> matcher.matches(Path.of(path.toString()));
    }

    /** Knows everybody. */
    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return new UserPrincipalLookupService() {
            @Override
            public UserPrincipal lookupPrincipalByName(String name) {
                return new NodeAttributes.Principal(name);
            }

            @Override
            public GroupPrincipal lookupPrincipalByGroupName(String group) {
                return new NodeAttributes.Principal(group);
            }
        };
    }

    @Override
    public WatchService newWatchService() throws IOException {
        throw new UnsupportedOperationException("nothing is watched here");
    }
}
