package io.zrs.filestorage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Passes everything on; tells where reads begin. */
class ObservedLogFile implements LogFile {
    private final LogFile file;
    private final LongConsumer reads;

    ObservedLogFile(LogFile file, LongConsumer reads) {
        this.file = file;
        this.reads = reads;
    }

    ObservedLogFile(LogFile file) {
        this(file, offset -> {});
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        reads.accept(offset);
        return file.read(target, offset);
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        file.write(source, offset);
    }

    @Override
    public void force() {
        file.force();
    }

    @Override
    public void truncate(long size) {
        file.truncate(size);
    }

    @Override
    public void moveTo(Path target) {
        file.moveTo(target);
    }

    @Override
    public void close() {
        file.close();
    }
}
