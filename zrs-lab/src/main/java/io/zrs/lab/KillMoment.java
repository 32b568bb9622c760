package io.zrs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * When to kill a secondary.
 *
 * <p>Threading: immutable.
 *
 * @param size how large its data file must be first, in bytes
 * @param delayNanos how long to wait first
 */
record KillMoment(Kind kind, long size, long delayNanos) {
    /** What it must be doing then. */
    enum Kind {
        /** Something or nothing. */
        SIZE,
        /** Writing a blob, or giving it its final name. */
        BLOB,
        /** Starting, opening its files, beginning to follow. */
        START
    }

    private static final int START_PERCENT = 15;
    private static final int BLOB_PERCENT = 30;
    private static final long DELAY_NANOS_MAX = 1_500_000_000;

    /**
     * A moment that lies, on average, as far from what is there now as {@code killsLeft} moments that spread over what is missing are from each
     * other.
     *
     * @param size of the data file now
     * @param end its size when all is there
     * @param killsLeft this one included
     */
    static KillMoment random(RandomGenerator random, long size, long end, int killsLeft) {
        int sort = random.nextInt(100);
        if (sort < START_PERCENT) {
            return new KillMoment(Kind.START, 0, random.nextLong(DELAY_NANOS_MAX));
        }
        long reach = Math.min(end - size, 2 * (end - size) / (killsLeft + 1));
        Kind kind = sort < START_PERCENT + BLOB_PERCENT ? Kind.BLOB : Kind.SIZE;
        return new KillMoment(kind, size + random.nextLong(reach + 1), 0);
    }

    /**
     * Waits until the moment has come, all is there, or the process has ended.
     *
     * @param end size of the data file when all is there
     */
    void await(ZrsProcess process, Site site, long end) throws TimeoutException {
        process.awaitJava();
        long start = System.nanoTime();
        process.await(() -> System.nanoTime() - start >= delayNanos && hasCome(site, end));
    }

    private boolean hasCome(Site site, long end) {
        try {
            long now = site.size();
            return now >= end
                    || (now >= size && (kind != Kind.BLOB || !site.uncommitted().isEmpty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
