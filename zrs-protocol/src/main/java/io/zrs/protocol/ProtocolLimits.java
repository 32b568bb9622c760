package io.zrs.protocol;

/**
 * What a secondary takes from a primary at the most.
 *
 * <p>Threading: immutable.
 *
 * @param payloadSizeMax bytes in one frame that has to be held in memory, which bounds a record; the blocks of a blob are passed on as
 *     they arrive and may have any size
 */
public record ProtocolLimits(int payloadSizeMax) {
    /** Frames of up to 256 MiB. */
    public static final ProtocolLimits DEFAULT = new ProtocolLimits(256 << 20);

    /** Checks the range. */
    public ProtocolLimits {
        if (payloadSizeMax < 1) {
            throw new IllegalArgumentException("payloadSizeMax must be positive, not " + payloadSizeMax);
        }
    }
}
