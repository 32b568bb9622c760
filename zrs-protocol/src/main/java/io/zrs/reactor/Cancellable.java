package io.zrs.reactor;

/** Something that is going to happen. Threading: thread-safe. */
public interface Cancellable {
    /**
     * Keeps it from happening, if that is still possible. Cancelled on the reactor thread, it certainly does not happen after this
     * returned.
     */
    void cancel();
}
