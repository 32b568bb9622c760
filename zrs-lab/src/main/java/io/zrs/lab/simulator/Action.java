package io.zrs.lab.simulator;

/** What may be done in a step, and how often compared with the others. */
enum Action {
    COMMIT(30, false),
    READ(6, false),
    WAIT(8, false),
    START(12, false),
    HEAL(5, false),
    GO_ON_PACKING(12, false),

    ABORT(3, true),
    CONFLICT(2, true),
    UNDO(4, true),
    PACK_PRIMARY(4, true),
    PACK_FOLLOWER(4, true),
    STOP_IN_ORDER(2, true),
    STOP_FOR_A_WHILE(2, true),
    KILL(3, true),
    POWER_FAILURE(3, true),
    POWER_FAILURE_LATER(10, true),
    KILL_LATER(5, true),
    DISK_ERROR_LATER(3, true),
    DISK_FULL_LATER(2, true),
    SHORT_TRANSFERS(2, true),
    RESET(4, true),
    CUT_SILENTLY(3, true),
    FLIP_BIT(3, true),
    BAD_NETWORK(2, true),
    PROMOTE(2, true),
    REPLACE_DISK(2, false);

    private final int weight;
    private final boolean canBeLeftOut;

    Action(int weight, boolean canBeLeftOut) {
        this.weight = weight;
        this.canBeLeftOut = canBeLeftOut;
    }

    int weight() {
        return weight;
    }

    /** Whether some runs go without it. */
    boolean canBeLeftOut() {
        return canBeLeftOut;
    }
}
