package io.zrs.pickle;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ids of the references in several states that are merged: of equal ones only the first is used, which may share an oid or a name with others.
 *
 * <p>Threading: needs outside synchronisation. Source: ZODB, {@code ConflictResolution.py}.
 */
final class ReferenceIds {
    /** {@code ['m', (database, oid, (module, name))]}. */
    private static final int DEPTH_MAX = 3;

    /** Strings as keys, because what many hostile values have in common may be their hash. */
    private final Map<String, PickleValue> first = new HashMap<>();

    private ReferenceIds() {}

    /** The ids in {@code states}, which were read in this order. */
    static ReferenceIds of(List<PickleValue> states) {
        ReferenceIds ids = new ReferenceIds();
        Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<PickleValue> left = new ArrayDeque<>(states);
        while (!left.isEmpty()) {
            PickleValue value = left.pop();
            if (value instanceof PersistentReference reference) {
                ids.first(reference.id());
            } else if (value instanceof Compound && seen.add(value)) {
                List<PickleValue> children = value.children();
                for (int i = children.size() - 1; i >= 0; i--) {
                    left.push(children.get(i));
                }
            }
        }
        return ids;
    }

    /** The first id that is equal to {@code id}, if that is of a form that ZODB has; else {@code id}. */
    PickleValue first(PickleValue id) {
        StringBuilder key = new StringBuilder();
        return describe(id, DEPTH_MAX, key) ? first.computeIfAbsent(key.toString(), each -> id) : id;
    }

    /** Adds all of {@code value} to {@code key}; answers whether it could. */
    private static boolean describe(PickleValue value, int depthMax, StringBuilder key) {
        if (value instanceof PickleValue.Text text) {
            return describe('u', text.utf8(), key);
        }
        if (value instanceof PickleValue.Bytes bytes) {
            return describe('b', bytes.octets(), key);
        }
        if (value instanceof PickleValue.ByteString string) {
            return describe('s', string.octets(), key);
        }
        if (value instanceof PickleValue.Global global) {
            key.append('c')
                    .append(global.module())
                    .append('\n')
                    .append(global.name())
                    .append('\n');
            return true;
        }
        if (depthMax == 0 || !(value instanceof PickleTuple || value instanceof PickleList)) {
            return false;
        }
        key.append(value instanceof PickleTuple ? 't' : 'l')
                .append(value.children().size());
        return value.children().stream().allMatch(child -> describe(child, depthMax - 1, key));
    }

    private static boolean describe(char kind, Octets octets, StringBuilder key) {
        key.append(kind).append(octets.size()).append(' ').append(octets.latin1());
        return true;
    }
}
