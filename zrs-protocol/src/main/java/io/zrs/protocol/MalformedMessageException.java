package io.zrs.protocol;

/** A frame that should hold a message does not: it is cut off, no pickle, a hostile pickle, or one of another shape. */
public final class MalformedMessageException extends ProtocolException {
    /** Names what was expected and what was found. */
    public MalformedMessageException(String message) {
        super(message);
    }

    /** Names what was expected, with what showed that it is not there. */
    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
