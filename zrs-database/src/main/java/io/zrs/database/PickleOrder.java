package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares keys and values of two records as BTrees does while it merges: None first, everything else by Python's {@code <} and {@code ==}.
 *
 * <p>Unlike {@link PythonOrder}, which finds an order wherever there may be one, this refuses what Python refuses: text and bytes, dictionaries,
 * references to different objects; and objects of classes that only an application knows. Strings of Python 2 compare with text and with bytes.
 *
 * <p>Threading: confined to one merge, and of no use after it has thrown.
 *
 * <p>Source: BTrees, {@code _compat.h}, {@code MergeTemplate.c}; ZODB, {@code ConflictResolution.py}.
 */
final class PickleOrder {
    /** Of tuples in tuples. */
    private static final int DEPTH_MAX = 100;
    /** Many more than the largest bucket needs; tuples that share their items can need any number. */
    private static final int COMPARISONS_MAX = 1 << 20;

    private final ValueReader values = ValueReader.ofStandardValues();
    private int comparisonCount;

    /**
     * Compares two values.
     *
     * @return less than 0 if {@code left} is lower, 0 if they are equal; else more than 0: also for values without order, such as NaN
     * @throws UnmergeableException if Python cannot compare them, or it is not known how it does
     */
    int compare(PickleValue left, PickleValue right) throws UnmergeableException {
        if (left == None.NONE || right == None.NONE) {
            return Boolean.compare(left != None.NONE, right != None.NONE);
        }
        return compare(left, right, 0);
    }

    private int compare(PickleValue left, PickleValue right, int depth) throws UnmergeableException {
        if (++comparisonCount > COMPARISONS_MAX || depth > DEPTH_MAX) {
            throw new UnmergeableException("values too large to compare");
        }
        Octets leftText = text(left);
        Octets rightText = text(right);
        if (leftText != null && rightText != null) {
            return compare(leftText, rightText);
        }
        Optional<Octets> leftBytes = left.asBytes();
        Optional<Octets> rightBytes = right.asBytes();
        if (leftBytes.isPresent() && rightBytes.isPresent()) {
            return compare(leftBytes.get(), rightBytes.get());
        }
        if (left instanceof PickleTuple leftTuple && right instanceof PickleTuple rightTuple) {
            return compareItems(leftTuple.items(), rightTuple.items(), depth + 1);
        }
        if (left instanceof PickleList leftList && right instanceof PickleList rightList) {
            return compareItems(leftList.items(), rightList.items(), depth + 1);
        }
        if (left instanceof PersistentReference leftReference && right instanceof PersistentReference rightReference) {
            return compareReferences(leftReference, rightReference);
        }
        if (depth > 0 && isUnorderedButEqual(left, right, depth)) {
            return 0;
        }
        return compareStandardValues(left, right);
    }

    /** The first two items that are not equal decide. */
    private int compareItems(List<PickleValue> left, List<PickleValue> right, int depth) throws UnmergeableException {
        int sharedSize = Math.min(left.size(), right.size());
        for (int i = 0; i < sharedSize; i++) {
            int order = compare(left.get(i), right.get(i), depth);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Python asks containers first whether their items are equal, so that these need no order then. */
    private boolean isUnorderedButEqual(PickleValue left, PickleValue right, int depth) throws UnmergeableException {
        if (left instanceof PickleDict leftDict && right instanceof PickleDict rightDict) {
            return leftDict.size() == rightDict.size()
                    && compareItems(leftDict.children(), rightDict.children(), depth + 1) == 0;
        }
        return (left == None.NONE && right == None.NONE) || (left instanceof PickleValue.Global && left.equals(right));
    }

    private static int compareReferences(PersistentReference left, PersistentReference right)
            throws UnmergeableException {
        Optional<ReferenceTarget> target = ReferenceTarget.of(left);
        boolean isSame = target.isPresent() && target.equals(ReferenceTarget.of(right));
        if (isSame || left.id().equals(right.id())) {
            return 0;
        }
        throw new UnmergeableException("references to different objects: " + left.id() + " and " + right.id());
    }

    private int compareStandardValues(PickleValue left, PickleValue right) throws UnmergeableException {
        Object leftValue = standardValue(left);
        Object rightValue = standardValue(right);
        if (leftValue instanceof Set<?> leftSet && rightValue instanceof Set<?> rightSet) {
            return leftSet.equals(rightSet) ? 0 : rightSet.containsAll(leftSet) ? -1 : 1;
        }
        if (leftValue == null || rightValue == null) {
            throw incomparable(left, right);
        }
        try {
            int order = PythonOrder.ORDER.compare(leftValue, rightValue);
            return isNaN(leftValue) || isNaN(rightValue) ? 1 : order;
        } catch (ClassCastException e) {
            throw incomparable(left, right);
        }
    }

    /** A number, a date or the like; null for everything else. */
    private @Nullable Object standardValue(PickleValue value) throws UnmergeableException {
        boolean isNumber = value instanceof PickleValue.Bool
                || value instanceof PickleValue.Int
                || value instanceof PickleValue.LongInt
                || value instanceof PickleValue.Floating;
        if (!isNumber && (!(value instanceof PickleObject) || value.asBytes().isPresent())) {
            return null;
        }
        try {
            return values.read(value);
        } catch (UnreadableStateException e) {
            throw new UnmergeableException("cannot be read: " + value);
        }
    }

    private static UnmergeableException incomparable(PickleValue left, PickleValue right) {
        return new UnmergeableException("cannot be compared: " + left + " and " + right);
    }

    private static boolean isNaN(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    private static @Nullable Octets text(PickleValue value) {
        if (value instanceof Text text) {
            return text.utf8();
        }
        return value instanceof ByteString string && string.octets().isAscii() ? string.octets() : null;
    }

    private static int compare(Octets left, Octets right) {
        int at = left.asByteBuffer().mismatch(right.asByteBuffer());
        if (at < 0) {
            return 0;
        }
        boolean isPrefix = at == left.size() || at == right.size();
        return isPrefix ? Integer.compare(left.size(), right.size()) : Integer.compare(left.at(at), right.at(at));
    }
}
