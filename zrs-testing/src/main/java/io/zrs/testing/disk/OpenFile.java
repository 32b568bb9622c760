package io.zrs.testing.disk;

import static com.google.common.base.Preconditions.checkArgument;

import io.zrs.testing.disk.DiskOperation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;

/**
 * A file, or a directory, that is open: what both kinds of channels do, but for positions and closing.
 *
 * <p>Threading: thread-safe.
 */
final class OpenFile {
    private final Disk disk;
    private final Node node;
    private final CrashingPath path;
    private final OpenMode mode;
    private final int life;

    private OpenFile(Disk disk, Node node, CrashingPath path, OpenMode mode, int life) {
        this.disk = disk;
        this.node = node;
        this.path = path;
        this.mode = mode;
        this.life = life;
    }

    /** Opens {@code node}; call with the disk's lock. */
    static OpenFile open(Disk disk, Node node, CrashingPath path, OpenMode mode) throws IOException {
        return new OpenFile(disk, node, path, mode, disk.opened());
    }

    OpenMode mode() {
        return mode;
    }

    long size() throws IOException {
        synchronized (disk) {
            disk.check(life);
            return node.size();
        }
    }

    /** As {@link java.nio.channels.FileChannel#read(ByteBuffer, long)}. */
    int read(ByteBuffer target, long position) throws IOException {
        checkReadable();
        checkPosition(position);
        checkArgument(!target.isReadOnly(), "Read-only buffer");
        int wanted = target.remaining();
        Verdict verdict = disk.ask(life, Kind.READ, path, position, wanted);
        synchronized (disk) {
            disk.check(life);
            return file().content.read(target, position, verdict == Verdict.SHORT ? disk.part(wanted) : wanted);
        }
    }

    /** As {@link java.nio.channels.FileChannel#write(ByteBuffer, long)}. */
    int write(ByteBuffer source, long position) throws IOException {
        checkWritable();
        checkPosition(position);
        int wanted = source.remaining();
        Verdict verdict = disk.ask(life, Kind.WRITE, path, position, wanted);
        synchronized (disk) {
            disk.check(life);
            return write(source, position, wanted, verdict);
        }
    }

    /** Writes at the end, wherever that is; returns where it is then. */
    long append(ByteBuffer source) throws IOException {
        checkWritable();
        int wanted = source.remaining();
        Verdict verdict = disk.ask(life, Kind.WRITE, path, size(), wanted);
        synchronized (disk) {
            disk.check(life);
            long end = file().content.size();
            return end + write(source, end, wanted, verdict);
        }
    }

    void truncate(long size) throws IOException {
        checkWritable();
        checkArgument(size >= 0, "Negative size");
        disk.ask(life, Kind.TRUNCATE, path, size, 0);
        synchronized (disk) {
            disk.check(life);
            FileNode file = file();
            long cutOff = Math.max(0, file.content.size() - size);
            file.content.truncate(size);
            file.modified(disk.now());
            if (file.links > 0) {
                disk.space().free(cutOff);
            }
            if (mode.isSynchronous()) {
                file.content.force();
            }
        }
    }

    void force() throws IOException {
        Kind kind = node instanceof DirectoryNode ? Kind.FORCE_DIRECTORY : Kind.FORCE;
        Verdict verdict = disk.ask(life, kind, path, 0, 0);
        synchronized (disk) {
            disk.check(life);
            if (verdict == Verdict.POSTPONE) {
                disk.postpone(node);
            } else if (verdict != Verdict.IGNORE && node instanceof FileNode file) {
                file.content.force();
            } else if (verdict != Verdict.IGNORE && node instanceof DirectoryNode directory) {
                disk.tree().forceDirectory(directory);
            }
        }
    }

    /** Holds {@code lock}. */
    HeldLock lock(HeldLock lock) throws IOException {
        if (lock.isShared()) {
            checkReadable();
        } else {
            checkWritable();
        }
        synchronized (disk) {
            disk.check(life);
            for (HeldLock other : disk.locks()) {
                if (other.file().node == node && other.overlaps(lock.position(), lock.size())) {
                    throw new OverlappingFileLockException();
                }
            }
            disk.locks().add(lock);
            return lock;
        }
    }

    boolean holds(HeldLock lock) {
        synchronized (disk) {
            return disk.locks().contains(lock);
        }
    }

    void release(HeldLock lock) {
        synchronized (disk) {
            disk.locks().remove(lock);
        }
    }

    void close() {
        synchronized (disk) {
            disk.locks().removeIf(lock -> lock.file() == this);
            disk.closed(life);
        }
    }

    private int write(ByteBuffer source, long position, int wanted, Verdict verdict) throws IOException {
        FileNode file = file();
        int count = verdict == Verdict.SHORT ? disk.part(wanted) : verdict == Verdict.FULL ? disk.upTo(wanted) : wanted;
        long room = room(file, position);
        if (wanted > 0 && room <= 0) {
            throw Disk.fullException(path);
        }
        count = (int) Math.min(count, room);
        if (position + count > FileContent.SIZE_MAX) {
            throw new IOException(path + ": File too large");
        }
        int sizeBefore = file.content.size();
        file.content.write(source, (int) position, count);
        file.modified(disk.now());
        if (file.links > 0) {
            disk.space().take(file.content.size() - sizeBefore);
        }
        if (verdict == Verdict.FULL) {
            throw Disk.fullException(path);
        }
        if (mode.isSynchronous()) {
            file.content.force();
        }
        return count;
    }

    /** How many bytes can be written at {@code position}. */
    private long room(FileNode file, long position) {
        long end = file.content.size() + disk.space().left();
        return end < 0 ? Long.MAX_VALUE : end - position;
    }

    private FileNode file() throws IOException {
        if (node instanceof FileNode file) {
            return file;
        }
        throw new IOException(path + ": Is a directory");
    }

    private void checkReadable() {
        if (!mode.isReadable()) {
            throw new NonReadableChannelException();
        }
    }

    private void checkWritable() {
        if (!mode.isWritable()) {
            throw new NonWritableChannelException();
        }
    }

    private static void checkPosition(long position) {
        checkArgument(position >= 0, "Negative position");
    }
}
