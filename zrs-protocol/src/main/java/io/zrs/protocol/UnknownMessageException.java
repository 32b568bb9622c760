package io.zrs.protocol;

/** A well-formed message of a kind that the protocol does not have. */
public final class UnknownMessageException extends ProtocolException {
    /** Names the kind. */
    public UnknownMessageException(String message) {
        super(message);
    }
}
