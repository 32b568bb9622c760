package io.zrs.storage;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * The objects that a transaction changed.
 *
 * <p>Threading: immutable.
 *
 * @param oids in the order of the records; an oid may come twice
 */
public record Invalidation(Tid tid, List<Oid> oids) {
    /** Copies the list. */
    public Invalidation {
        oids = ImmutableList.copyOf(oids);
    }
}
