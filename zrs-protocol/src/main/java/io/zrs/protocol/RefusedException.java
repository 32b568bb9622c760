package io.zrs.protocol;

/**
 * The primary does not serve this secondary, and has said why. Thrown by sessions whose protocol carries the reason that
 * {@link SendingSession#refuse} was given; {@code zrs2.x} has none.
 */
public final class RefusedException extends ProtocolException {
    /** Passes on the primary's words. */
    public RefusedException(String reason) {
        super(reason);
    }
}
