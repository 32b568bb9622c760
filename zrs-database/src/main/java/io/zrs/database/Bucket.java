package io.zrs.database;

import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a leaf of a tree that is to be merged.
 *
 * @param keys ascending
 * @param values one for each key; of sets, the keys
 * @param next the leaf after this one
 */
record Bucket(
        List<PickleValue> keys,
        List<PickleValue> values,
        @Nullable PersistentReference next) {
    /** Of an empty tree. */
    static final Bucket EMPTY = new Bucket(List.of(), List.of(), null);
}
