package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes trees in a storage, record by record, as Python writes them. */
final class TestTrees {
    private static final byte[] EMPTY_ROOT = HexFormat.of()
            .parseHex("80036370657273697374656e742e6d617070696e670a50657273697374656e744d617070696e670a"
                    + "71002e80037d710158040000006461746171027d7103732e");

    private final WritableStorage storage;
    private final Map<Oid, byte[]> records = new LinkedHashMap<>();
    private final Map<Oid, Tid> serials = new HashMap<>();

    /** For a storage, which gets a root object if it is empty. */
    TestTrees(Storage storage) {
        this.storage = storage.capability(WritableStorage.class).orElseThrow();
        if (storage.lastTransaction().equals(Tid.NONE)) {
            records.put(Oid.ROOT, EMPTY_ROOT);
            commit();
        }
    }

    /** How a tree is cut into nodes. */
    interface Shape {
        /** Items of the next leaf. */
        int leafSize();

        /** Children of the next inner node, at least 2. */
        int innerSize();

        /** All alike. */
        static Shape of(int leafSize, int innerSize) {
            return new Shape() {
                @Override
                public int leafSize() {
                    return leafSize;
                }

                @Override
                public int innerSize() {
                    return innerSize;
                }
            };
        }

        /** Of any size up to the given ones. */
        static Shape random(Random random, int leafSizeMax, int innerSizeMax) {
            return new Shape() {
                @Override
                public int leafSize() {
                    return 1 + random.nextInt(leafSizeMax);
                }

                @Override
                public int innerSize() {
                    return 2 + random.nextInt(innerSizeMax - 1);
                }
            };
        }
    }

    /** A child, and the lowest key that it may hold. */
    private record Child(
            Oid oid, String className, @Nullable Object lowest) {}

    /** A mapping of all of {@code family}, for example {@code OO}, with the entries in their order. */
    Oid mapping(String family, Map<?, ?> entries, Shape shape) {
        return tree(family, false, new ArrayList<>(entries.keySet()), entries, key -> true, shape);
    }

    /** A set, with the keys in their order. */
    Oid set(String family, List<?> keys, Shape shape) {
        return tree(family, true, keys, Map.of(), key -> true, shape);
    }

    /**
     * A tree in which keys were there once that are no longer.
     *
     * @param keys ascending, all that there ever were
     * @param isThere which of them are there now
     */
    Oid tree(
            String family,
            boolean isSet,
            List<?> keys,
            Map<?, ?> values,
            Predicate<@Nullable Object> isThere,
            Shape shape) {
        String name = family + (isSet ? "TreeSet" : "BTree");
        List<Child> level = new ArrayList<>();
        List<PickleTuple> contents = new ArrayList<>();
        for (int i = 0; i < keys.size(); ) {
            List<?> inLeaf = keys.subList(i, Math.min(keys.size(), i + shape.leafSize()));
            i += inLeaf.size();
            List<?> left = inLeaf.stream().filter(isThere).toList();
            if (!left.isEmpty()) {
                level.add(new Child(storage.newOid(), family + (isSet ? "Set" : "Bucket"), inLeaf.get(0)));
                contents.add(items(left, isSet ? null : values));
            }
        }
        if (level.size() < 2) {
            PickleValue state = level.isEmpty()
                    ? PickleValue.None.NONE
                    : PickleTuple.of(PickleTuple.of(PickleTuple.of(contents.get(0))));
            return put(family, name, state);
        }
        for (int i = 0; i < level.size(); i++) {
            PickleTuple state = i + 1 < level.size()
                    ? PickleTuple.of(contents.get(i), reference(family, level.get(i + 1)))
                    : PickleTuple.of(contents.get(i));
            put(level.get(i).oid(), family, level.get(i).className(), state);
        }
        PickleValue first = reference(family, level.get(0));
        while (level.size() > 1) {
            List<Child> above = new ArrayList<>();
            for (int i = 0; i < level.size(); ) {
                List<Child> children = level.subList(i, Math.min(level.size(), i + shape.innerSize()));
                i += children.size();
                Oid oid = put(family, name, inner(family, children, first));
                above.add(new Child(oid, name, children.get(0).lowest()));
            }
            level = above;
        }
        return level.get(0).oid();
    }

    /** What a leaf holds. */
    private static PickleTuple items(List<?> keys, @Nullable Map<?, ?> values) {
        List<PickleValue> items = new ArrayList<>();
        for (Object key : keys) {
            items.add(pickled(key));
            if (values != null) {
                items.add(pickled(values.get(key)));
            }
        }
        return PickleTuple.of(items);
    }

    /** The state of a leaf of a set. */
    static PickleTuple leaf(List<?> keys, PickleValue... next) {
        List<PickleValue> parts = new ArrayList<>(List.of(next));
        parts.add(0, items(keys, null));
        return PickleTuple.of(parts);
    }

    /** The state of a node with two children, the first of which is a leaf. */
    static PickleTuple inner(PickleValue first, Object key, PickleValue second) {
        return PickleTuple.of(PickleTuple.of(first, pickled(key), second), first);
    }

    private static PickleTuple inner(String family, List<Child> children, PickleValue first) {
        List<PickleValue> items = new ArrayList<>();
        for (Child child : children) {
            if (!items.isEmpty()) {
                items.add(pickled(child.lowest()));
            }
            items.add(reference(family, child));
        }
        return PickleTuple.of(PickleTuple.of(items), first);
    }

    private static PickleValue reference(String family, Child child) {
        return reference(child.oid(), family, child.className());
    }

    /** A reference to an object of {@code BTrees.<family>BTree.<className>}. */
    static PickleValue reference(Oid oid, String family, String className) {
        Octets bytes = Octets.of(ByteBuffer.allocate(Long.BYTES).putLong(0, oid.value()));
        return PersistentReference.of(PickleTuple.of(new PickleValue.Bytes(bytes), global(family, className)));
    }

    /** Has the next {@link #commit} write an object of {@code BTrees.<family>BTree.<className>}. */
    Oid put(Oid oid, String family, String className, PickleValue state) {
        try {
            records.put(
                    oid,
                    new RecordWriter(PickleForm.PYTHON3_STORED, PickleLimits.RECORD)
                            .record(global(family, className), state));
        } catch (PickleException e) {
            throw new IllegalArgumentException(e);
        }
        return oid;
    }

    /** A new object with that state. */
    Oid put(String family, String className, PickleValue state) {
        return put(storage.newOid(), family, className, state);
    }

    /** Has the next {@link #commit} write a record. */
    Oid putRecord(byte[] record) {
        Oid oid = storage.newOid();
        records.put(oid, record);
        return oid;
    }

    /** Writes everything. */
    Tid commit() {
        try (StorageTransaction transaction = storage.begin(TransactionMetadata.EMPTY)) {
            records.forEach(
                    (oid, data) -> transaction.store(oid, serials.getOrDefault(oid, Tid.NONE), ByteBuffer.wrap(data)));
            transaction.vote();
            Tid tid = transaction.finish();
            records.keySet().forEach(oid -> serials.put(oid, tid));
            records.clear();
            return tid;
        }
    }

    private static PickleValue.Global global(String family, String className) {
        return new PickleValue.Global("BTrees." + family + "BTree", className);
    }

    /** The pickle value of a key or value that is plain. */
    static PickleValue pickled(@Nullable Object value) {
        if (value == null) {
            return PickleValue.None.NONE;
        } else if (value instanceof Boolean truth) {
            return new PickleValue.Bool(truth);
        } else if (value instanceof Integer number) {
            return new PickleValue.Int(number);
        } else if (value instanceof Long number) {
            return number == number.intValue()
                    ? new PickleValue.Int(number)
                    : new PickleValue.LongInt(BigInteger.valueOf(number));
        } else if (value instanceof BigInteger number) {
            return new PickleValue.LongInt(number);
        } else if (value instanceof Double number) {
            return new PickleValue.Floating(number);
        } else if (value instanceof String text) {
            return PickleValue.Text.of(text);
        } else if (value instanceof Bytes bytes) {
            return new PickleValue.Bytes(Octets.of(bytes.asByteBuffer()));
        } else if (value instanceof PythonClass type) {
            return new PickleValue.Global(type.module(), type.name());
        } else if (value instanceof List<?> items) {
            List<PickleValue> pickled = new ArrayList<>();
            items.forEach(item -> pickled.add(pickled(item)));
            return PickleTuple.of(Collections.unmodifiableList(pickled));
        }
        throw new IllegalArgumentException("not plain: " + value);
    }
}
