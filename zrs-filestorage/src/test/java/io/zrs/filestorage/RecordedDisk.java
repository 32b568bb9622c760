package io.zrs.filestorage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Records what is done to a log, and says what a disk may hold if the power fails at some moment: all that was forced, and of the rest any
 * sectors.
 */
final class RecordedDisk {
    private static final int SECTOR_BYTES = 512;

    private final List<Operation> operations = new ArrayList<>();

    /** How many operations there have been. */
    int count() {
        return operations.size();
    }

    LogFile record(LogFile file) {
        return new Recorder(file);
    }

    /** The file if the power fails after {@code count} operations, and nothing is lost. */
    byte[] everything(int count) {
        return apply(count, new Random(0), 1);
    }

    /** The file if the power fails after {@code count} operations, and all that was not forced is lost. */
    byte[] forcedOnly(int count) {
        return apply(count, new Random(0), 0);
    }

    /** The file if the power fails after {@code count} operations, and chance decides over what was not forced. */
    byte[] torn(int count, Random random) {
        return apply(count, random, random.nextDouble());
    }

    private byte[] apply(int count, Random random, double probability) {
        int forced = 0;
        for (int i = 0; i < count; i++) {
            forced = operations.get(i) instanceof Force ? i : forced;
        }
        byte[] content = new byte[0];
        for (int i = 0; i < count; i++) {
            double kept = i < forced ? 1 : probability;
            if (operations.get(i) instanceof Write write) {
                for (int start = 0; start < write.bytes.length; start += SECTOR_BYTES) {
                    if (kept == 1 || random.nextDouble() < kept) {
                        content = write.apply(content, start, Math.min(start + SECTOR_BYTES, write.bytes.length));
                    }
                }
            } else if (operations.get(i) instanceof Truncate truncate && (kept == 1 || random.nextDouble() < kept)) {
                content = Arrays.copyOf(content, (int) truncate.size);
            }
        }
        return content;
    }

    private interface Operation {}

    private static final class Force implements Operation {}

    private static final class Truncate implements Operation {
        private final long size;

        Truncate(long size) {
            this.size = size;
        }
    }

    private static final class Write implements Operation {
        private final int offset;
        private final byte[] bytes;

        Write(long offset, byte[] bytes) {
            this.offset = (int) offset;
            this.bytes = bytes;
        }

        byte[] apply(byte[] content, int start, int end) {
            byte[] longer = content.length < offset + end ? Arrays.copyOf(content, offset + end) : content;
            System.arraycopy(bytes, start, longer, offset + start, end - start);
            return longer;
        }
    }

    private final class Recorder extends ObservedLogFile {
        Recorder(LogFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            byte[] bytes = new byte[source.remaining()];
            source.duplicate().get(bytes);
            super.write(source, offset);
            operations.add(new Write(offset, bytes));
        }

        @Override
        public void force() {
            super.force();
            operations.add(new Force());
        }

        @Override
        public void truncate(long size) {
            super.truncate(size);
            operations.add(new Truncate(size));
        }
    }
}
