package io.zrs.testing.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The names that a directory had when it was asked, sorted. Threading: as every directory stream, for one thread at a time but for closing. */
final class NameStream implements DirectoryStream<Path> {
    private final Disk disk;
    private final int life;
    private final Iterator<Path> paths;
    private final DirectoryStream.Filter<? super Path> filter;

    @GuardedBy("this")
    private boolean isUsed;

    @GuardedBy("this")
    private boolean isClosed;

    NameStream(Disk disk, int life, List<Path> paths, DirectoryStream.Filter<? super Path> filter) {
        this.disk = disk;
        this.life = life;
        this.paths = paths.iterator();
        this.filter = filter;
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (isClosed || isUsed) {
            throw new IllegalStateException(isClosed ? "Directory stream is closed" : "Iterator already obtained");
        }
        isUsed = true;
        return new Accepted();
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            disk.closed(life);
        }
    }

    private synchronized boolean isOver() {
        return isClosed || !paths.hasNext();
    }

    private final class Accepted implements Iterator<Path> {
        private @Nullable Path next;

        @Override
        public boolean hasNext() {
            try {
                while (next == null && !isOver()) {
                    disk.check(life);
                    Path candidate = paths.next();
                    next = filter.accept(candidate) ? candidate : null;
                }
            } catch (IOException e) {
                throw new DirectoryIteratorException(e);
            }
            return next != null;
        }

        @Override
        public Path next() {
            Path result = hasNext() ? next : null;
            if (result == null) {
                throw new NoSuchElementException();
            }
            next = null;
            return result;
        }
    }
}
