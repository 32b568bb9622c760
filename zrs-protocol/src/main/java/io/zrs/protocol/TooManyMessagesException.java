package io.zrs.protocol;

/** The secondary said more than the protocol has for it to say. */
public final class TooManyMessagesException extends ProtocolException {
    /** Names what came, and after what. */
    public TooManyMessagesException(String message) {
        super(message);
    }
}
