package io.zrs.primary;

import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import java.time.Duration;
import java.util.List;

/**
 * How a {@link Primary} treats those who connect.
 *
 * <p>Threading: immutable.
 *
 * @param protocols what it speaks; ids differ
 * @param handshakeTimeout how long a connection may take to introduce itself, and one that is refused to take the reason; positive
 * @param connectionsMax how many connections there may be; one more is closed at once
 * @param handshakesMax how many of them may not have introduced themselves yet; when one more comes, the one that has been silent longest
 *     is closed, so that those who say nothing keep nobody out
 */
public record PrimarySettings(
        List<ReplicationProtocol> protocols, Duration handshakeTimeout, int connectionsMax, int handshakesMax) {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);
    private static final int CONNECTIONS_MAX = 256;
    private static final int HANDSHAKES_MAX = 64;

    /** Checks the ranges. */
    public PrimarySettings {
        protocols = List.copyOf(protocols);
        if (protocols.stream().map(ReplicationProtocol::id).distinct().count() != protocols.size()) {
            throw new IllegalArgumentException("two protocols have one id");
        }
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException("handshakeTimeout must be positive, not " + handshakeTimeout);
        }
        if (connectionsMax < 1 || handshakesMax < 1) {
            throw new IllegalArgumentException("connectionsMax and handshakesMax must be positive, not "
                    + connectionsMax + " and " + handshakesMax);
        }
    }

    /** All protocols there are, 30 seconds, 256 connections, 64 of them without handshake. */
    public static PrimarySettings defaults() {
        return new PrimarySettings(ReplicationProtocols.all(), HANDSHAKE_TIMEOUT, CONNECTIONS_MAX, HANDSHAKES_MAX);
    }

    /** These settings with other protocols. */
    public PrimarySettings withProtocols(List<ReplicationProtocol> others) {
        return new PrimarySettings(others, handshakeTimeout, connectionsMax, handshakesMax);
    }

    /** These settings with another {@code handshakeTimeout}. */
    public PrimarySettings withHandshakeTimeout(Duration timeout) {
        return new PrimarySettings(protocols, timeout, connectionsMax, handshakesMax);
    }

    /** These settings with other limits. */
    public PrimarySettings withLimits(int connections, int handshakes) {
        return new PrimarySettings(protocols, handshakeTimeout, connections, handshakes);
    }
}
