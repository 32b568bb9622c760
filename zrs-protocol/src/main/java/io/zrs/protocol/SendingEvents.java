package io.zrs.protocol;

import io.zrs.storage.Tid;

/** What a secondary tells its primary. Threading: called on the reactor thread, from {@link SendingSession#receive}. */
public interface SendingEvents {
    /** The handshake is complete: the secondary wants everything after {@code last}, its last transaction. Called once. */
    void start(Tid last);

    /** The secondary has everything up to {@code tid} on disk. Never called by protocols without acknowledgements. */
    void acknowledged(Tid tid);
}
