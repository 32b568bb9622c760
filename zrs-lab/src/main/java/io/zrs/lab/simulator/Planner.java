package io.zrs.lab.simulator;

import io.zrs.storage.Oid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Thinks of changes to a tree of lists and blobs below the root.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Planner {
    private static final int MANY = 12;

    private final Recipe recipe;
    private final RandomGenerator random;

    Planner(Recipe recipe, RandomGenerator random) {
        this.recipe = recipe;
        this.random = random;
    }

    /** What one transaction changes, each object once. */
    Map<Oid, Draft> plan(Commit head, Supplier<Oid> newOids) {
        Map<Oid, Draft> drafts = new LinkedHashMap<>();
        if (!isThere(head, Oid.ROOT)) {
            drafts.put(Oid.ROOT, list(List.of()));
            return drafts;
        }
        List<Oid> reachable = List.copyOf(head.reachable());
        Oid oid = reachable.get(random.nextInt(reachable.size()));
        switch (random.nextInt(10)) {
            case 0 -> removeChild(head, oid, drafts);
            case 1 -> {
                for (int i = random.nextInt(MANY); i > 0; i--) {
                    Oid each = reachable.get(random.nextInt(reachable.size()));
                    change(head, each, drafts);
                }
            }
            case 2, 3, 4 -> change(head, oid, drafts);
            default -> addChildren(head, oid, newOids, drafts);
        }
        return drafts;
    }

    private void addChildren(Commit head, Oid oid, Supplier<Oid> newOids, Map<Oid, Draft> drafts) {
        Revision parent = Objects.requireNonNull(head.object(oid));
        if (parent.isBlob()) {
            change(head, oid, drafts);
            return;
        }
        List<Oid> children = new ArrayList<>(parent.references());
        Map<Oid, Draft> added = new LinkedHashMap<>();
        for (int i = random.nextInt(random.nextInt(8) == 0 ? MANY : 2); i >= 0; i--) {
            Oid child = newOids.get();
            children.add(child);
            boolean isBlob = random.nextInt(100) < recipe.blobPercent();
            added.put(child, isBlob ? Draft.blob(bytes()) : list(List.of()));
        }
        drafts.put(oid, list(children));
        drafts.putAll(added);
    }

    private void removeChild(Commit head, Oid oid, Map<Oid, Draft> drafts) {
        Revision parent = Objects.requireNonNull(head.object(oid));
        if (parent.references().isEmpty()) {
            change(head, oid, drafts);
            return;
        }
        List<Oid> children = new ArrayList<>(parent.references());
        Oid child = children.remove(random.nextInt(children.size()));
        drafts.put(oid, list(children));
        Revision removed = head.object(child);
        if (removed != null && removed.exists() && random.nextBoolean()) {
            drafts.put(child, Draft.deletion());
        }
    }

    private void change(Commit head, Oid oid, Map<Oid, Draft> drafts) {
        Revision before = Objects.requireNonNull(head.object(oid));
        drafts.put(oid, before.isBlob() ? Draft.blob(bytes()) : list(before.references()));
    }

    private Draft list(List<Oid> references) {
        return Draft.list(references, bytes());
    }

    private byte[] bytes() {
        byte[] bytes = new byte[recipe.size(random)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static boolean isThere(Commit head, Oid oid) {
        Revision revision = head.object(oid);
        return revision != null && revision.exists();
    }
}
