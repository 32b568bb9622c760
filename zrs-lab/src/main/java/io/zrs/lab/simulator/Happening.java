package io.zrs.lab.simulator;

import java.util.Locale;

/** What is counted in a run: faults that really came about, and what went on meanwhile. */
enum Happening {
    POWER_FAILURE(true),
    POWER_FAILURE_AT_OPERATION(true),
    KILL(true),
    KILL_AT_OPERATION(true),
    STOP(true),
    DISK_ERROR(true),
    DISK_FULL(true),
    SHORT_WRITE(true),
    CONNECTION_RESET(true),
    CONNECTION_CUT_SILENTLY(true),
    CONNECTION_HELD(true),
    CONNECTION_REFUSED(true),
    BIT_FLIP(true),

    STEP(false),
    EVENT(false),
    COMMIT(false),
    COMMIT_IN_DOUBT(false),
    COMMIT_FAILED(false),
    ABORT(false),
    CONFLICT(false),
    UNDO(false),
    READ(false),
    PACK(false),
    PACK_FAILED(false),
    RESTART(false),
    START_FAILED(false),
    ORDERLY_STOP(false),
    PROMOTION(false),
    RETURN_OF_OLD_PRIMARY(false),
    REFUSED_FORK(false),
    NEW_DISK(false);

    private final boolean isFault;

    Happening(boolean isFault) {
        this.isFault = isFault;
    }

    boolean isFault() {
        return isFault;
    }

    /** For people. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
