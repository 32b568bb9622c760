package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Merges what two transactions made of one bucket or set: one walk through the keys of all three.
 *
 * <ul>
 *   <li>A key that one side has added is taken, one that both have added is a conflict, whatever its value.
 *   <li>A key that one side has removed goes, unless the other one has changed its value or removed it, too. It must not be the first one of the bucket, which
 *       the parent knows it by.
 *   <li>A value that one side has changed is taken, one that both have changed is a conflict, even if they agree.
 *   <li>What becomes or was empty on one side is a conflict, since a tree has no empty buckets; so is a bucket that was split.
 * </ul>
 *
 * <p>Threading: for one merge. Source: BTrees, {@code MergeTemplate.c}.
 */
final class BucketMerge {
    private final BucketClass type;
    private final PickleOrder order = new PickleOrder();
    private final List<PickleValue> keys = new ArrayList<>();
    private final List<PickleValue> values = new ArrayList<>();

    private BucketMerge(BucketClass type) {
        this.type = type;
    }

    /** Merges three states of an object of class {@code type}. */
    static PickleValue merge(BucketClass type, PickleValue old, PickleValue committed, PickleValue changed)
            throws UnmergeableException {
        Bucket oldBucket = type.read(old);
        Bucket merged = new BucketMerge(type).merge(oldBucket, type.read(committed), type.read(changed));
        return type.write(merged);
    }

    private Bucket merge(Bucket old, Bucket committed, Bucket changed) throws UnmergeableException {
        if (!Objects.equals(old.next(), committed.next()) || !Objects.equals(old.next(), changed.next())) {
            throw new UnmergeableException("the bucket was split");
        }
        if (committed.keys().isEmpty() || changed.keys().isEmpty()) {
            throw new UnmergeableException("the bucket was emptied");
        }
        walk(new Walk(old), new Walk(committed), new Walk(changed));
        if (keys.isEmpty()) {
            throw new UnmergeableException("the bucket becomes empty");
        }
        return new Bucket(keys, values, old.next());
    }

    private void walk(Walk old, Walk committed, Walk changed) throws UnmergeableException {
        while (old.isInside() || committed.isInside() || changed.isInside()) {
            int inCommitted = compareKeys(old, committed);
            int inChanged = compareKeys(old, changed);
            if (inCommitted == 0 && inChanged == 0) {
                keep(old, committed, changed);
            } else if (inCommitted == 0) {
                addOrRemove(old, committed, changed, inChanged);
            } else if (inChanged == 0) {
                addOrRemove(old, changed, committed, inCommitted);
            } else {
                int between = compareKeys(committed, changed);
                if (between == 0) {
                    throw new UnmergeableException("a key was added, or keys were removed, by both");
                }
                if (inCommitted < 0 && inChanged < 0) {
                    throw new UnmergeableException("a key was removed by both");
                }
                take(between < 0 ? committed : changed);
            }
        }
    }

    /** A key that all three have. */
    private void keep(Walk old, Walk committed, Walk changed) throws UnmergeableException {
        if (isUnchanged(old, committed)) {
            take(changed);
            committed.advance();
        } else if (isUnchanged(old, changed)) {
            take(committed);
            changed.advance();
        } else {
            throw new UnmergeableException("a value was changed by both");
        }
        old.advance();
    }

    /**
     * One side has the key of {@code old}, the other one has not.
     *
     * @param difference of the keys in {@code old} and {@code other}
     */
    private void addOrRemove(Walk old, Walk same, Walk other, int difference) throws UnmergeableException {
        if (difference > 0) {
            take(other);
            return;
        }
        if (!isUnchanged(old, same)) {
            throw new UnmergeableException("a key was removed by one, its value changed by the other");
        }
        if (other.isFirst()) {
            throw new UnmergeableException("the first key of the bucket was removed");
        }
        old.advance();
        same.advance();
    }

    private void take(Walk from) {
        keys.add(from.key());
        values.add(from.value());
        from.advance();
    }

    /** Compares the keys that two walks have come to; at its end a walk is beyond all keys. */
    private int compareKeys(Walk left, Walk right) throws UnmergeableException {
        return left.isInside() && right.isInside()
                ? type.keys().compare(left.key(), right.key(), order)
                : Boolean.compare(right.isInside(), left.isInside());
    }

    private boolean isUnchanged(Walk old, Walk now) throws UnmergeableException {
        return type.isSet() || type.values().compare(old.value(), now.value(), order) == 0;
    }

    /** A place in a bucket. */
    private static final class Walk {
        private final Bucket bucket;
        private int index;

        Walk(Bucket bucket) {
            this.bucket = bucket;
        }

        boolean isInside() {
            return index < bucket.keys().size();
        }

        boolean isFirst() {
            return index == 0;
        }

        PickleValue key() {
            return bucket.keys().get(index);
        }

        PickleValue value() {
            return bucket.values().get(index);
        }

        void advance() {
            index++;
        }
    }
}
