package io.zrs.database;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges what the standard classes merge in Python: {@code BTrees.Length.Length}, to which both changes are added; and the buckets and sets of all
 * families of BTrees, also within trees of one record, where changes of different keys are joined.
 *
 * <p>Verdict and bytes are those of Python 3's ZODB with the C implementation of BTrees. So no key may have been added or removed by both, no value changed by
 * both, no bucket emptied or split, nor its first key removed; and nothing is merged whose order or equality Python would not know, such as
 * dictionaries, or only the application does. A record of Python 2 stays one: it gets protocol 1.
 *
 * <p>It is a service: storages that are opened by URI use it. Objects of other classes are left to other resolvers.
 *
 * <p>Threading: thread-safe.
 *
 * <p>Source: ZODB, {@code ConflictResolution.py}; BTrees, {@code MergeTemplate.c}, {@code Length.py}.
 */
public final class StandardConflictResolver implements ConflictResolver {
    private static final Logger LOG = LoggerFactory.getLogger(StandardConflictResolver.class);
    /** The opcode before the number of the protocol. */
    private static final byte PROTO = (byte) 0x80;

    private static final PythonClass LENGTH = new PythonClass("BTrees.Length", "Length");

    /** Merges three states of one class. */
    private interface Merge {
        PickleValue merge(PickleValue old, PickleValue committed, PickleValue changed) throws UnmergeableException;
    }

    /** Made by {@link java.util.ServiceLoader}, or where a storage is given its resolver. */
    public StandardConflictResolver() {}

    @Override
    public byte @Nullable [] resolve(Oid oid, byte[] old, byte[] committed, byte[] changed) {
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        try {
            ByteBuffer data = ByteBuffer.wrap(changed);
            PickleValue metadata = reader.read(data);
            Merge merge = mergeOf(metadata);
            if (merge == null) {
                return null;
            }
            PickleValue newState = reader.read(data);
            PickleValue oldState = state(old);
            PickleValue committedState = state(committed);
            PickleValue merged = merge.merge(oldState, committedState, newState);
            List<PickleValue> states = List.of(metadata, newState, oldState, committedState);
            return RecordWriter.ofMerged(form(changed, metadata, newState), PickleLimits.RECORD, states)
                    .record(metadata, merged);
        } catch (PickleException | UnmergeableException e) {
            LOG.debug("oid {}: changes cannot be merged: {}", oid, e.getMessage());
            return null;
        }
    }

    /** How objects with a class pickle are merged, null if it is not known; with arguments for {@code __new__} no class here is made. */
    private static @Nullable Merge mergeOf(PickleValue metadata) {
        RecordReader classes = new RecordReader();
        PythonClass name = classes.namedBy(metadata);
        if (name == null
                && metadata instanceof PickleTuple tuple
                && tuple.items().size() == 2
                && tuple.items().get(1) == PickleValue.None.NONE) {
            name = classes.namedBy(tuple.items().get(0));
        }
        if (name == null) {
            return null;
        }
        if (name.equals(LENGTH)) {
            return StandardConflictResolver::mergeLengths;
        }
        Optional<BucketClass> bucket = BucketClass.of(name);
        return bucket.isPresent()
                ? (old, committed, changed) -> BucketMerge.merge(bucket.get(), old, committed, changed)
                : null;
    }

    private static PickleValue mergeLengths(PickleValue old, PickleValue committed, PickleValue changed)
            throws UnmergeableException {
        BigInteger sum = PickledIntegers.read(committed).add(PickledIntegers.read(changed));
        return PickledIntegers.of(sum.subtract(PickledIntegers.read(old)));
    }

    private static PickleValue state(byte[] record) throws PickleException {
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        ByteBuffer data = ByteBuffer.wrap(record);
        reader.read(data);
        return reader.read(data);
    }

    /** Python 2 writes protocol 3 as well, where its strings give it away. */
    private static PickleForm form(byte[] record, PickleValue... parts) {
        boolean isProtocol3 = record[0] == PROTO && record[1] >= 3;
        return isProtocol3 && !holdsByteString(parts) ? PickleForm.PYTHON3_STORED : PickleForm.PYTHON2_STORED;
    }

    private static boolean holdsByteString(PickleValue... parts) {
        Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<PickleValue> left = new ArrayDeque<>(List.of(parts));
        while (!left.isEmpty()) {
            PickleValue value = left.pop();
            if (value instanceof PickleValue.ByteString) {
                return true;
            }
            if (seen.add(value)) {
                left.addAll(value.children());
            }
        }
        return false;
    }
}
