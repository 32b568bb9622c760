package io.zrs.secondary;

import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationProtocols;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * How a {@link Secondary} follows its primary.
 *
 * <p>Threading: immutable.
 *
 * @param protocols in order of preference: the first that has no objection to the storage is used
 * @param limits of what the primary may send
 * @param connectTimeout positive; how long an attempt to connect may take
 * @param retry when to connect again
 * @param keepAliveInterval how often to send a sign of life, zero for never. The connection's own keep-alive, which the reactor asks for,
 *     does better; this is for what sits between the two and drops connections that carry no data
 * @param queueSizeMax bytes in memory that may wait for the storage, at least 1; beyond that nothing is read from the connection until half
 *     of it is gone. One record, and what has been read already, come on top
 */
public record SecondarySettings(
        List<ReplicationProtocol> protocols,
        ProtocolLimits limits,
        Duration connectTimeout,
        RetryPolicy retry,
        Duration keepAliveInterval,
        long queueSizeMax) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final long QUEUE_SIZE_MAX = 8 << 20;

    /** Checks the ranges. */
    public SecondarySettings {
        protocols = List.copyOf(protocols);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be positive, not " + connectTimeout);
        }
        if (keepAliveInterval.isNegative()) {
            throw new IllegalArgumentException("keepAliveInterval must not be negative, but is " + keepAliveInterval);
        }
        if (queueSizeMax < 1) {
            throw new IllegalArgumentException("queueSizeMax must be positive, not " + queueSizeMax);
        }
    }

    /**
     * The usual: {@code zrs2.1} if the storage takes blobs, else {@code zrs2.0}; frames up to {@link ProtocolLimits#DEFAULT}; 30 seconds to
     * connect; {@link RetryPolicy#standard}; no keep-alive; 8 MiB in the queue.
     *
     * @param jitter see {@link RetryPolicy}
     */
    public static SecondarySettings standard(RandomGenerator jitter) {
        return new SecondarySettings(
                Stream.of("zrs2.1", "zrs2.0")
                        .flatMap(id -> ReplicationProtocols.find(id).stream())
                        .toList(),
                ProtocolLimits.DEFAULT,
                CONNECT_TIMEOUT,
                RetryPolicy.standard(jitter),
                Duration.ZERO,
                QUEUE_SIZE_MAX);
    }

    /** The same but for {@link #protocols}. */
    public SecondarySettings withProtocols(List<ReplicationProtocol> changed) {
        return new SecondarySettings(changed, limits, connectTimeout, retry, keepAliveInterval, queueSizeMax);
    }

    /** The same but for {@link #limits}. */
    public SecondarySettings withLimits(ProtocolLimits changed) {
        return new SecondarySettings(protocols, changed, connectTimeout, retry, keepAliveInterval, queueSizeMax);
    }

    /** The same but for {@link #connectTimeout}. */
    public SecondarySettings withConnectTimeout(Duration changed) {
        return new SecondarySettings(protocols, limits, changed, retry, keepAliveInterval, queueSizeMax);
    }

    /** The same but for {@link #retry}. */
    public SecondarySettings withRetry(RetryPolicy changed) {
        return new SecondarySettings(protocols, limits, connectTimeout, changed, keepAliveInterval, queueSizeMax);
    }

    /** The same but for {@link #keepAliveInterval}. */
    public SecondarySettings withKeepAliveInterval(Duration changed) {
        return new SecondarySettings(protocols, limits, connectTimeout, retry, changed, queueSizeMax);
    }

    /** The same but for {@link #queueSizeMax}. */
    public SecondarySettings withQueueSizeMax(long changed) {
        return new SecondarySettings(protocols, limits, connectTimeout, retry, keepAliveInterval, changed);
    }
}
