package io.zrs.lab.siege;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Passage}, where {@link Mishap}s happen.
 *
 * <p>Threading: confined to one thread.
 */
final class Flow {
    private static final int BUFFER_BYTES = 1 << 14;
    private static final int LATE_MILLIS = 40;

    /** So many bytes come in pieces when they come in pieces. */
    private static final int SPLIT_BYTES = 4096;

    private static final int PIECE_BYTES = 7;

    private final Passage passage;
    private final IntFunction<@Nullable Mishap> mishaps;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int splitLeft;
    private long lateUntil = System.nanoTime();

    /**
     * A flow that has not begun.
     *
     * @param mishaps what is to happen in the next so many bytes
     */
    Flow(Passage passage, IntFunction<@Nullable Mishap> mishaps, Socket from, Socket to) throws IOException {
        this.passage = passage;
        this.mishaps = mishaps;
        this.in = from.getInputStream();
        this.out = to.getOutputStream();
    }

    /** Passes on what comes, until its end, or until it breaks. */
    void run() throws IOException {
        for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
            Mishap mishap = passage.isSilent() ? null : mishaps.apply(size);
            int passed = 0;
            if (mishap != null) {
                passed = mishap.bytesBefore();
                write(0, passed);
                meet(mishap, passed);
            }
            write(passed, size);
        }
    }

    private void meet(Mishap mishap, int next) {
        switch (mishap.kind()) {
            case RESET -> passage.reset();
            case CLOSE -> passage.close();
            case STALL -> sleep(mishap.millis());
            case SILENCE -> {
                passage.silence();
                sleep(mishap.millis());
                passage.reset();
            }
            case SPLIT -> splitLeft = SPLIT_BYTES;
            case DELAY -> lateUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mishap.millis());
            case CORRUPTION -> buffer[next] ^= (byte) (1 << mishap.millis() % Byte.SIZE);
        }
    }

    private void write(int begin, int end) throws IOException {
        if (passage.isSilent()) {
            return;
        }
        if (System.nanoTime() - lateUntil < 0) {
            sleep(LATE_MILLIS);
        }
        int split = Math.min(end, begin + splitLeft);
        splitLeft -= split - begin;
        for (int i = begin; i < split; i += PIECE_BYTES) {
            out.write(buffer, i, Math.min(PIECE_BYTES, split - i));
        }
        out.write(buffer, split, end - split);
    }

    private static void sleep(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
