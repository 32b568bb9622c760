package io.zrs.database;

import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A class of BTrees whose states can be merged, under its present name: the leaves, and trees that consist of one leaf. The states are described at {@link
 * BTreeState}.
 *
 * <p>Threading: immutable. Source: BTrees, {@code BTreeTemplate.c}, {@code BucketTemplate.c}, {@code SetTemplate.c}.
 *
 * @param isSet whether it has keys only
 * @param isLeaf whether it is a bucket or set, which has no children
 */
record BucketClass(BucketContent keys, BucketContent values, boolean isSet, boolean isLeaf) {
    private static final Pattern NAME =
            Pattern.compile("BTrees\\.([OILUQ][OILUQF]|fs)BTree\\.\\1(BTree|Bucket|TreeSet|Set)");

    /** What {@code name} says, if it is of BTrees. */
    static Optional<BucketClass> of(PythonClass name) {
        Matcher matcher = NAME.matcher(name.toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String family = matcher.group(1);
        String kind = matcher.group(2);
        return Optional.of(new BucketClass(
                BucketContent.of(family.charAt(0)),
                BucketContent.of(family.charAt(1)),
                kind.endsWith("Set"),
                kind.equals("Bucket") || kind.equals("Set")));
    }

    /**
     * What a state holds.
     *
     * @throws UnmergeableException if it is a tree of several records, or no state
     */
    Bucket read(PickleValue state) throws UnmergeableException {
        if (state == PickleValue.None.NONE) {
            return Bucket.EMPTY;
        }
        List<PickleValue> parts = items(state);
        if (!isLeaf) {
            if (parts.size() != 1 || items(parts.get(0)).size() != 1) {
                throw new UnmergeableException("a tree of several records");
            }
            parts = items(items(parts.get(0)).get(0));
        }
        if (parts.isEmpty() || parts.size() > 2) {
            throw new UnmergeableException("a leaf in " + parts.size() + " parts");
        }
        PersistentReference next = parts.size() == 2 ? reference(parts.get(1)) : null;
        return bucket(items(parts.get(0)), next);
    }

    /** The state with what {@code bucket} holds. */
    PickleValue write(Bucket bucket) {
        List<PickleValue> items = new ArrayList<>();
        for (int i = 0; i < bucket.keys().size(); i++) {
            items.add(bucket.keys().get(i));
            if (!isSet) {
                items.add(bucket.values().get(i));
            }
        }
        PickleTuple content = PickleTuple.of(items);
        PickleTuple leaf = bucket.next() == null ? PickleTuple.of(content) : PickleTuple.of(content, bucket.next());
        return isLeaf ? leaf : PickleTuple.of(PickleTuple.of(leaf));
    }

    private Bucket bucket(List<PickleValue> items, @Nullable PersistentReference next) throws UnmergeableException {
        int step = isSet ? 1 : 2;
        if (items.size() % step != 0) {
            throw new UnmergeableException("a key without a value");
        }
        List<PickleValue> ownKeys = new ArrayList<>();
        List<PickleValue> ownValues = new ArrayList<>();
        for (int i = 0; i < items.size(); i += step) {
            ownKeys.add(keys.read(items.get(i)));
            if (!isSet) {
                ownValues.add(values.read(items.get(i + 1)));
            }
        }
        return new Bucket(ownKeys, isSet ? ownKeys : ownValues, next);
    }

    private static PersistentReference reference(PickleValue value) throws UnmergeableException {
        if (value instanceof PersistentReference reference) {
            return reference;
        }
        throw new UnmergeableException("the next leaf is no reference: " + value);
    }

    private static List<PickleValue> items(PickleValue value) throws UnmergeableException {
        if (value instanceof PickleTuple tuple) {
            return tuple.items();
        }
        throw new UnmergeableException("no tuple: " + value);
    }
}
