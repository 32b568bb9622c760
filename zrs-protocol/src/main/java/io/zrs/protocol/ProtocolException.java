package io.zrs.protocol;

/** The peer broke the protocol: its connection has to be closed, and nothing of the transaction that it was sending counts. */
public class ProtocolException extends RuntimeException {
    /** A breach, with what was expected and what was found. */
    public ProtocolException(String message) {
        super(message);
    }

    /** A breach, with what showed it. */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
