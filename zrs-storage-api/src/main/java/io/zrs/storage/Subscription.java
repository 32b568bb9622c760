package io.zrs.storage;

/** A registration that can be ended. Threading: thread-safe. */
public interface Subscription extends AutoCloseable {
    /** Ends the registration: no call begins after this returns. Ending it again does nothing. */
    @Override
    void close();
}
