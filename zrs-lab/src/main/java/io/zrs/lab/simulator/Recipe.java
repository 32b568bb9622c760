package io.zrs.lab.simulator;

import io.zrs.blob.BlobLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What kind of run it is. Each leaves out some sorts of actions, so that what hides behind one of them is seen in others.
 *
 * <p>Threading: immutable but for the chance that it is given.
 */
final class Recipe {
    private static final int LEFT_OUT_PERCENT = 30;
    private static final int SMALL_BYTES = 60;
    private static final int PAGE_BYTES = 6000;
    private static final int LARGE_BYTES = 70_000;

    /** Each as often as it is likely. */
    private final List<Action> actions = new ArrayList<>();

    private final int followerCount;
    private final int chainPercent;
    private final int blobPercent;
    private final int pagePerMille;
    private final int largePerMille;
    private final BlobLayout layout;
    private final boolean cutsTails;
    private final int stepCount;

    /** A run as {@code random} wants it. */
    Recipe(RandomGenerator random) {
        for (Action action : Action.values()) {
            boolean leftOut = action.canBeLeftOut() && random.nextInt(100) < LEFT_OUT_PERCENT;
            int weight = leftOut ? 0 : action.weight() * (1 + random.nextInt(3));
            actions.addAll(Collections.nCopies(weight, action));
        }
        followerCount = 1 + random.nextInt(random.nextInt(4) == 0 ? 4 : 2);
        chainPercent = random.nextInt(101);
        blobPercent = random.nextInt(4) == 0 ? 0 : random.nextInt(50);
        pagePerMille = random.nextInt(60);
        largePerMille = random.nextInt(4) == 0 ? 10 : 0;
        layout = random.nextBoolean() ? BlobLayout.BUSHY : BlobLayout.LAWN;
        cutsTails = random.nextBoolean();
        stepCount = 40 + random.nextInt(80);
    }

    Action pick(RandomGenerator random) {
        return actions.get(random.nextInt(actions.size()));
    }

    int stepCount() {
        return stepCount;
    }

    int followerCount() {
        return followerCount;
    }

    /** In percent, how likely a follower follows another one instead of the primary. */
    int chainPercent() {
        return chainPercent;
    }

    /** In percent, how many new objects are blobs. */
    int blobPercent() {
        return blobPercent;
    }

    BlobLayout layout() {
        return layout;
    }

    /** Whether primaries drop what they cut off, as followers always do. */
    boolean cutsTails() {
        return cutsTails;
    }

    /** How large a record or a blob is to be. */
    int size(RandomGenerator random) {
        int sort = random.nextInt(1000);
        if (sort < largePerMille) {
            return LARGE_BYTES;
        }
        return random.nextInt(sort < largePerMille + pagePerMille ? PAGE_BYTES : SMALL_BYTES);
    }
}
