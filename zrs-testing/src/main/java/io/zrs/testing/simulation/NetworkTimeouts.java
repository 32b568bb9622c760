package io.zrs.testing.simulation;

import java.time.Duration;

/**
 * After what time who talks to nobody is told. Threading: immutable.
 *
 * @param connect an attempt to connect that nothing answers fails after so long
 * @param keepAlive an end of a half-open connection finds out after so long that nobody is there, if nothing is under way from it
 * @param retransmission the same if something is; on Linux a quarter of an hour, unless told otherwise
 */
public record NetworkTimeouts(Duration connect, Duration keepAlive, Duration retransmission) {
    /** One minute of probes, as {@link io.zrs.reactor.NioReactor} sends them; two minutes for the others. */
    public static final NetworkTimeouts STANDARD =
            new NetworkTimeouts(Duration.ofMinutes(2), Duration.ofMinutes(1), Duration.ofMinutes(2));

    /** Checks that no time is negative. */
    public NetworkTimeouts {
        if (connect.isNegative() || keepAlive.isNegative() || retransmission.isNegative()) {
            throw new IllegalArgumentException(
                    "time-outs must not be negative: " + connect + ", " + keepAlive + ", " + retransmission);
        }
    }
}
