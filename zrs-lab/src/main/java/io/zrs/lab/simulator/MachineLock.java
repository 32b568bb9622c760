package io.zrs.lab.simulator;

import io.zrs.filestorage.StorageLock;
import java.nio.file.Path;

/** The lock of a machine's only storage, which a process loses when it dies. Threading: confined to one thread at a time. */
final class MachineLock implements StorageLock {
    private final String host;
    private boolean isHeld;

    /** Counts those who have had it, so that one who is dead cannot free it. */
    private int holder;

    MachineLock(String host) {
        this.host = host;
    }

    @Override
    public Held acquire(Path dataFile) {
        if (isHeld) {
            throw new Violation(host + ": two storages at once");
        }
        isHeld = true;
        int mine = ++holder;
        return () -> isHeld = isHeld && holder != mine;
    }

    boolean isHeld() {
        return isHeld;
    }

    /** The process is dead. */
    void free() {
        isHeld = false;
    }
}
