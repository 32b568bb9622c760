package io.zrs.benchmarks;

import io.zrs.database.BTree;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a {@link SampleTree}. Knows {@code forward KEYS}, {@code backward KEYS} and {@code random KEYS}, each on a connection of its own; answers with
 * the number of keys seen and the nanoseconds.
 */
final class Walker implements Actor {
    private static final int BUCKET_KEYS = 15;

    private final Database database;
    private final SplittableRandom random = new SplittableRandom(1);

    Walker(StorageFiles files) {
        this.database = Database.open(files.open());
    }

    @Override
    public String answer(List<String> question) {
        int keyCount = Integer.parseInt(question.get(1));
        long start = System.nanoTime();
        try (Connection connection = database.open()) {
            BTree tree = connection.root().get(SampleTree.ROOT_KEY, BTree.class);
            int seen = switch (question.get(0)) {
                case "forward" -> walk(tree, keyCount);
                case "backward" -> walk(tree.descendingMap(), keyCount);
                default -> look(tree, keyCount);
            };
            return seen + " " + (System.nanoTime() - start);
        }
    }

    private static int walk(Map<Object, @Nullable Object> tree, int keyCount) {
        long sum = 0;
        int seen = 0;
        for (Object value : tree.values()) {
            sum += (Long) Objects.requireNonNull(value);
            seen++;
        }
        if (seen != keyCount || sum != (long) keyCount * (keyCount - 1) / 2) {
            throw new IllegalStateException("saw " + seen + " keys with the sum " + sum);
        }
        return seen;
    }

    private int look(Map<Object, @Nullable Object> tree, int keyCount) {
        int count = keyCount / BUCKET_KEYS;
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(keyCount);
            if (!Long.valueOf(key).equals(tree.get(SampleTree.key(key)))) {
                throw new IllegalStateException("wrong value at " + key);
            }
        }
        return count;
    }

    @Override
    public void close() {
        database.close();
    }
}
