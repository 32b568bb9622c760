package io.zrs.server;

import com.google.common.collect.Iterables;
import com.google.common.collect.Iterators;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** The keys that somebody may have meant who wrote one that is not there. */
final class NearestKeys {
    private static final int COUNT_MAX = 6;
    /** Keys that are compared by spelling. */
    private static final int COMPARED_MAX = 1_000;

    private NearestKeys() {}

    /** The end of a sentence that says what there is in {@code shape} instead of {@code segment}. */
    static String text(Shape shape, String segment) {
        if (shape instanceof Shape.Sequence sequence) {
            Collection<?> items = sequence.items();
            return sequence.isSet()
                    ? ": it is a set, and cannot be walked through"
                    : ", it has " + items.size() + " items, from 0";
        }
        Map<?, ?> entries =
                shape instanceof Shape.Instance instance ? Shapes.parts(instance) : ((Shape.Mapping) shape).entries();
        if (entries.isEmpty()) {
            return ": it is empty";
        }
        List<String> nearest = entries instanceof NavigableMap<?, ?> sorted ? neighbours(sorted, segment) : List.of();
        if (nearest.isEmpty()) {
            nearest = alike(entries.keySet(), segment);
        }
        return "; the nearest are " + String.join(", ", nearest);
    }

    /** Those before and after it. */
    private static <K> List<String> neighbours(NavigableMap<K, ?> entries, String segment) {
        for (Object key : PathSegment.keys(segment)) {
            try {
                @SuppressWarnings(
                        "unchecked") // the map's keys are objects, and it says itself if it cannot compare them
                K bound = (K) key;
                List<K> keys = new ArrayList<>();
                Iterables.addAll(
                        keys,
                        Iterables.limit(
                                entries.headMap(bound, false).descendingMap().keySet(), COUNT_MAX / 2));
                Collections.reverse(keys);
                Iterables.addAll(
                        keys, Iterables.limit(entries.tailMap(bound, true).keySet(), COUNT_MAX / 2));
                return keys.stream().map(PathSegment::of).toList();
            } catch (ClassCastException e) {
                // The keys are of another kind.
            }
        }
        return List.of();
    }

    private static List<String> alike(Collection<?> keys, String segment) {
        List<String> segments = new ArrayList<>();
        Iterators.limit(keys.iterator(), COMPARED_MAX).forEachRemaining(key -> segments.add(PathSegment.of(key)));
        segments.sort(Comparator.comparingInt(other -> distance(other, segment)));
        return segments.subList(0, Math.min(COUNT_MAX, segments.size()));
    }

    /** Letters to be put in, taken out or changed to make one of the other, upper case being as good as lower case. */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int column = 1; column < row.length; column++) {
                char a = Character.toLowerCase(one.charAt(i - 1));
                char b = Character.toLowerCase(other.charAt(column - 1));
                int changed = diagonal + (a == b ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(changed, 1 + Math.min(row[column], row[column - 1]));
            }
        }
        return row[other.length()];
    }
}
