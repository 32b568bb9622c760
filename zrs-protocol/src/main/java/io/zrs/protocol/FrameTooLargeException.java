package io.zrs.protocol;

/** The peer announced a frame beyond the limit. Nothing was allocated for it. */
public final class FrameTooLargeException extends ProtocolException {
    /**
     * Names both sizes, in bytes.
     *
     * @param what what the frame would have held
     */
    public FrameTooLargeException(String what, long size, long sizeMax) {
        super("the frame with " + what + " announces " + size + " bytes, " + sizeMax + " are accepted");
    }
}
