package io.zrs.filestorage;

import io.zrs.storage.PackListener;
import io.zrs.storage.PackListener.Phase;

/**
 * Tells a listener how a pack goes on, every now and then, and looks at the same time whether it is to go on.
 *
 * <p>Threading: confined to the packing thread.
 */
final class PackProgress {
    private final PackListener listener;
    private final Runnable checkGoesOn;
    private Phase phase = Phase.MARK;
    private long interval;
    private long total;
    private long told;

    /**
     * Nothing is told yet.
     *
     * @param checkGoesOn throws what ends the pack
     */
    PackProgress(PackListener listener, Runnable checkGoesOn) {
        this.listener = listener;
        this.checkGoesOn = checkGoesOn;
    }

    /** Begins a phase, which is told of at each {@code interval}. */
    void begin(Phase newPhase, long newInterval, long newTotal) {
        phase = newPhase;
        interval = newInterval;
        total = newTotal;
        tell(0);
    }

    /** So much has been done, which may not be worth telling. */
    void advance(long done) {
        if (done - told >= interval) {
            tell(done);
        }
    }

    /** The phase has come this far and no further for the moment; tells again. */
    void tick() {
        tell(told);
    }

    void end() {
        tell(total);
    }

    private void tell(long done) {
        checkGoesOn.run();
        told = done;
        total = Math.max(total, done);
        listener.progress(phase, done, total);
    }
}
