package io.zrs.protocol;

/** The secondary did not introduce itself as the protocol demands. */
public final class HandshakeException extends ProtocolException {
    /** Names what was expected and what was found. */
    public HandshakeException(String message) {
        super(message);
    }
}
