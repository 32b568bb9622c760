package io.zrs.testing.disk;

import java.nio.file.attribute.FileTime;

/** A file. Threading: guarded by its {@link Disk}. */
final class FileNode extends Node {
    final FileContent content = new FileContent();

    FileNode(long number, FileTime now) {
        super(number, now, "rw-r--r--");
    }

    @Override
    long size() {
        return content.size();
    }
}
