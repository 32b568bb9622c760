package io.zrs.lab;

import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * Packs a primary again and again, and after each time its followers: up to no later time, since otherwise an undo on the primary could bring back what
 * a follower has thrown away.
 *
 * <p>Threading: confined to one thread until it has ended.
 */
final class SoakPacks implements Callable<SoakPacks> {
    private static final int BEHIND_SECONDS_MAX = 4;

    private final Storage primary;
    private final List<Storage> followers;
    private final SplittableRandom random;
    private final BooleanSupplier goesOn;
    private int packs;

    SoakPacks(Storage primary, List<Storage> followers, SplittableRandom random, BooleanSupplier goesOn) {
        this.primary = primary;
        this.followers = followers;
        this.random = random;
        this.goesOn = goesOn;
    }

    @Override
    public SoakPacks call() {
        while (goesOn.getAsBoolean()) {
            int secondsBehind = random.nextInt(BEHIND_SECONDS_MAX);
            Tid time = Tid.of(primary.lastTransaction().toInstant().minus(Duration.ofSeconds(secondsBehind)));
            pack(primary, time);
            for (Storage follower : followers) {
                pack(follower, time);
            }
        }
        return this;
    }

    int packs() {
        return packs;
    }

    private void pack(Storage storage, Tid time) {
        Garbage garbage = random.nextInt(4) == 0 ? Garbage.KEEP : Garbage.COLLECT;
        storage.capability(Packable.class).orElseThrow().pack(time, garbage, PackListener.NONE);
        packs++;
    }
}
