package io.zrs.lab.simulator;

import io.zrs.primary.Primary;
import io.zrs.secondary.Secondary;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's process has open.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Running {
    private static final int PAUSE_PERCENT = 10;

    private final World world;
    private final Machine machine;
    private final Storage storage;
    private final @Nullable Secondary secondary;
    private final Primary primary;
    private @Nullable Packing packing;

    /** Whether the pack holds nothing that others may wait for. */
    private volatile boolean mayPause;

    Running(World world, Machine machine, Storage storage, @Nullable Secondary secondary, Primary primary) {
        this.world = world;
        this.machine = machine;
        this.storage = storage;
        this.secondary = secondary;
        this.primary = primary;
    }

    /** The storage as clients see it. */
    Storage view() {
        return secondary == null ? storage : secondary;
    }

    @Nullable
    Secondary secondary() {
        return secondary;
    }

    Primary primary() {
        return primary;
    }

    boolean isPacking() {
        return packing != null;
    }

    /** Begins a pack, if that need not wait for anybody. */
    void pack(Tid time, Garbage garbage) {
        if (packing != null || !canPackGoOn()) {
            return;
        }
        world.trace(machine, "packs to " + time.toHex() + ", " + garbage);
        world.notePack();
        machine.raisePackTime(time);
        if (garbage == Garbage.COLLECT) {
            world.raiseUndoLimit(time);
        }
        Packable packable = view().capability(Packable.class).orElseThrow();
        packing = new Packing(() -> packable.pack(time, garbage, new Listener()));
        goOnPacking();
    }

    /** Lets the pack go on for a while. */
    void goOnPacking() {
        Packing present = packing;
        if (present != null && canPackGoOn()) {
            present.goOn();
            noteEnd(present);
        }
    }

    /** Lets the pack come to its end; tells whether it could. */
    boolean finishPack() {
        Packing present = packing;
        if (present == null) {
            return true;
        }
        if (!canPackGoOn()) {
            return false;
        }
        present.finish();
        noteEnd(present);
        return true;
    }

    /** Ends the pack of a process that is dead: it cannot do anything any more. */
    void abandonPack() {
        Packing present = packing;
        if (present != null && !present.isCaller()) {
            present.abandon();
            packing = null;
            world.trace(machine, "the pack ended with its process: " + present.failure());
        }
    }

    /** Whether it is the pack that calls this. */
    boolean isPackCalling() {
        return packing != null && packing.isCaller();
    }

    /** Called at each operation on the disk. */
    void pausePackSometimes() {
        Packing present = packing;
        if (mayPause && present != null && present.isCaller() && world.chance().nextInt(100) < PAUSE_PERCENT) {
            present.pause();
        }
    }

    /** Closes the storage; the primary is closed already. */
    void close() {
        view().close();
    }

    /** A pack waits for a transaction that is being written: what has come in part only would never be whole while it waits. */
    private boolean canPackGoOn() {
        return secondary == null || secondary.status().allOnDisk();
    }

    private void noteEnd(Packing present) {
        if (!present.isDone()) {
            return;
        }
        packing = null;
        Throwable failure = present.failure();
        if (failure == null) {
            world.count(Happening.PACK);
            world.trace(machine, "has packed");
        } else if (failure instanceof PackException refused && !isByFault(refused)) {
            // It refers to an object that an undo or a deletion has taken away.
            world.count(Happening.PACK_FAILED);
            world.trace(machine, "cannot pack: " + refused.getMessage());
        } else if (failure instanceof RuntimeException e) {
            world.count(Happening.PACK_FAILED);
            machine.excuse("packing", e);
        } else {
            throw new Violation(machine + ": packing failed", failure);
        }
    }

    private static boolean isByFault(PackException e) {
        return e.getCause() != null;
    }

    private final class Listener implements PackListener {
        @Override
        public void progress(Phase phase, long done, long total) {
            mayPause = phase != Phase.CLEAN_UP && (phase != Phase.COPY || done < total);
            if (packing != null) {
                packing.pause();
            }
        }
    }
}
