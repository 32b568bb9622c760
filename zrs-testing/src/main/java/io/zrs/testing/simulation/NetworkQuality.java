package io.zrs.testing.simulation;

import io.zrs.reactor.NioReactor;
import java.time.Duration;

/**
 * How good a network is. Bytes that wait to be sent are cut into pieces that travel one after the other, so a direction carries a window or a piece per latency,
 * whichever is less.
 *
 * <p>Threading: immutable.
 *
 * @param latencyMin the least time from one end to the other, not negative
 * @param latencyMax at least {@code latencyMin}; each time between has the same chance
 * @param pieceBytesMin the smallest piece into which bytes are cut, at least 1
 * @param pieceBytesMax the largest, at least {@code pieceBytesMin} and at most {@link NioReactor#READ_BYTES_MAX}; short ones are as frequent as long ones
 * @param windowBytes how much one direction takes, at least 1, until the receiver has read it; what is more is the sender's backlog
 */
public record NetworkQuality(
        Duration latencyMin,
        Duration latencyMax,
        int pieceBytesMin,
        int pieceBytesMax,
        int windowBytes,
        NetworkFaults faults,
        NetworkTimeouts timeouts) {

    /** A local network without faults: from 0.1 to 0.5 ms, in pieces as large as possible, a window of 256 KiB. */
    public static final NetworkQuality PERFECT = new NetworkQuality(
            Duration.ofNanos(100_000),
            Duration.ofNanos(500_000),
            NioReactor.READ_BYTES_MAX,
            NioReactor.READ_BYTES_MAX,
            1 << 18,
            NetworkFaults.NONE,
            NetworkTimeouts.STANDARD);

    /** Checks the ranges. */
    public NetworkQuality {
        if (latencyMin.isNegative() || latencyMax.compareTo(latencyMin) < 0) {
            throw new IllegalArgumentException("latencies from " + latencyMin + " to " + latencyMax);
        }
        if (pieceBytesMin < 1 || pieceBytesMax < pieceBytesMin || pieceBytesMax > NioReactor.READ_BYTES_MAX) {
            throw new IllegalArgumentException("pieces from " + pieceBytesMin + " to " + pieceBytesMax + " bytes");
        }
        if (windowBytes < 1) {
            throw new IllegalArgumentException("a window of " + windowBytes + " bytes");
        }
    }

    /** The same with other latencies. */
    public NetworkQuality withLatency(Duration min, Duration max) {
        return new NetworkQuality(min, max, pieceBytesMin, pieceBytesMax, windowBytes, faults, timeouts);
    }

    /** The same with other pieces. */
    public NetworkQuality withPieces(int bytesMin, int bytesMax) {
        return new NetworkQuality(latencyMin, latencyMax, bytesMin, bytesMax, windowBytes, faults, timeouts);
    }

    /** The same with another window. */
    public NetworkQuality withWindow(int bytes) {
        return new NetworkQuality(latencyMin, latencyMax, pieceBytesMin, pieceBytesMax, bytes, faults, timeouts);
    }

    /** The same with other faults. */
    public NetworkQuality withFaults(NetworkFaults others) {
        return new NetworkQuality(latencyMin, latencyMax, pieceBytesMin, pieceBytesMax, windowBytes, others, timeouts);
    }

    /** The same with other time-outs. */
    public NetworkQuality withTimeouts(NetworkTimeouts others) {
        return new NetworkQuality(latencyMin, latencyMax, pieceBytesMin, pieceBytesMax, windowBytes, faults, others);
    }
}
