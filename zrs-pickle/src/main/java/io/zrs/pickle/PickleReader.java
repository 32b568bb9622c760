package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleObject.Change;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles of protocols 0 to 5 as {@link PickleValue}s. Nothing in a pickle makes it import, call or look up
 * anything.
 *
 * <p>The memo lives from one {@link #read} to the next, because the two pickles of a ZODB record share one: read both,
 * then {@link #reset}, which also frees what the reader holds on to. Readers are worth keeping: their arrays are reused.
 *
 * <p>Threading: needs outside synchronisation.
 *
 * <p>Source: the Python library's {@code pickletools}; ZODB, {@code serialize.py}.
 */
public final class PickleReader {
    private static final int STACK_KEPT = 1 << 12;
    private static final PickleValue[] NO_VALUES = {};

    private final PickleLimits limits;
    private final OpcodeCursor cursor = new OpcodeCursor();
    private final AtomReader atoms;
    private final LongMemo memoIndex = new LongMemo();
    private PickleValue[] memo = NO_VALUES;
    private final Marks marks = new Marks();
    private PickleValue[] stack = new PickleValue[16];
    private int height;
    private int heightReached;
    private int valueCount;
    private final List<PickleValue> roots = new ArrayList<>();
    private boolean depthUnknown;

    /** A reader that keeps to {@code limits}. */
    public PickleReader(PickleLimits limits) {
        this.limits = limits;
        this.atoms = new AtomReader(cursor, limits.integerSizeMax());
    }

    /** Forgets the memo, and begins to count values and memo entries anew. */
    public void reset() {
        Arrays.fill(memo, 0, Math.min(memo.length, memoIndex.size()), null);
        if (memo.length > STACK_KEPT) {
            memo = NO_VALUES;
        }
        memoIndex.clear();
        valueCount = 0;
        roots.clear();
        depthUnknown = false;
    }

    /**
     * Reads the pickle at the position of {@code pickle}, and moves that to after its {@code STOP}; what follows is the
     * caller's business. All bytes are copied: the buffer is free when the call returns.
     *
     * @throws PickleException if there is no pickle, or one beyond the limits; the buffer's position is unchanged, and
     *     the reader is reset
     */
    public PickleValue read(ByteBuffer pickle) throws PickleException {
        boolean done = false;
        try {
            cursor.start(pickle, limits.sizeMax());
            int opcode = cursor.next();
            while (opcode != Opcode.STOP) {
                PickleValue atom = atoms.read(opcode);
                if (atom != null) {
                    push(atom);
                } else {
                    perform(opcode);
                }
                opcode = cursor.next();
            }
            PickleValue value = pop();
            roots.add(value);
            checkDepthOfRoots();
            pickle.position(cursor.position());
            done = true;
            return value;
        } finally {
            cleanUp();
            if (!done) {
                reset();
            }
        }
    }

    private void perform(int opcode) throws PickleException {
        switch (opcode) {
            case Opcode.MARK -> marks.set(height);
            case Opcode.POP -> {
                if (!marks.removeAt(height)) {
                    pop();
                }
            }
            case Opcode.POP_MARK -> cutToMark();
            case Opcode.DUP -> push(top());
            case Opcode.PUT, Opcode.BINPUT, Opcode.LONG_BINPUT, Opcode.MEMOIZE -> put(opcode);
            case Opcode.GET, Opcode.BINGET, Opcode.LONG_BINGET -> push(get(opcode));
            case Opcode.BINPERSID -> pushNew(PersistentReference.of(pop()));
            case Opcode.TUPLE -> pushNew(PickleTuple.of(popToMark()));
            case Opcode.TUPLE1 -> pushNew(PickleTuple.of(pop()));
            case Opcode.TUPLE2 -> pushNew(PickleTuple.of(popMany(2)));
            case Opcode.TUPLE3 -> pushNew(PickleTuple.of(popMany(3)));
            case Opcode.LIST -> pushNew(PickleList.of(popToMark()));
            case Opcode.DICT -> dictionary();
            case Opcode.FROZENSET -> pushNew(PickleSet.frozen(popToMark()));
            case Opcode.APPEND -> append(popMany(1));
            case Opcode.APPENDS -> append(popToMark());
            case Opcode.SETITEM -> setItems(popMany(2));
            case Opcode.SETITEMS -> setItems(popToMark());
            case Opcode.ADDITEMS -> addItems(popToMark());
            case Opcode.BUILD -> build();
            case Opcode.STACK_GLOBAL -> stackGlobal();
            case Opcode.REDUCE, Opcode.NEWOBJ, Opcode.NEWOBJ_EX, Opcode.INST, Opcode.OBJ -> construct(opcode);
            case Opcode.PROTO, Opcode.FRAME -> {} // checked by the cursor; frames only help those that read ahead
            default -> throw cursor.failure(Kind.OUT_OF_BAND_BUFFER, "data outside the pickle");
        }
    }

    private void push(PickleValue value) throws PickleException {
        if (++valueCount > limits.valuesMax()) {
            throw cursor.failure(Kind.VALUES_LIMIT, "more than " + limits.valuesMax() + " values");
        }
        if (height == stack.length) {
            stack = Arrays.copyOf(stack, 2 * height);
        }
        stack[height++] = value;
        heightReached = Math.max(heightReached, height);
    }

    private void pushNew(Compound value) throws PickleException {
        checkDepth(value.depth());
        push(value);
    }

    private PickleValue top() throws PickleException {
        if (height <= marks.last()) {
            throw cursor.failure(Kind.STACK_UNDERFLOW, "no value on the stack");
        }
        return stack[height - 1];
    }

    private PickleValue pop() throws PickleException {
        PickleValue value = top();
        height--;
        return value;
    }

    private List<PickleValue> popMany(int count) throws PickleException {
        if (height - count < marks.last()) {
            throw cursor.failure(Kind.STACK_UNDERFLOW, "fewer than " + count + " values on the stack");
        }
        height -= count;
        return valuesAbove(count);
    }

    private List<PickleValue> popToMark() throws PickleException {
        return valuesAbove(cutToMark());
    }

    /** Removes the values above the last mark, and the mark; returns how many. */
    private int cutToMark() throws PickleException {
        int count = height - marks.remove(cursor);
        height -= count;
        return count;
    }

    /** The {@code count} values just taken from the stack, as a view that the next push writes over. */
    private List<PickleValue> valuesAbove(int count) {
        return Arrays.asList(stack).subList(height, height + count);
    }

    private void put(int opcode) throws PickleException {
        PickleValue value = top();
        long key = opcode == Opcode.MEMOIZE
                ? memoIndex.size()
                : opcode == Opcode.PUT ? TextForms.memoKey(cursor) : cursor.number();
        long slot = memoIndex.get(key);
        if (slot == LongMemo.ABSENT) {
            slot = memoIndex.size();
            memoIndex.put(key, slot, limits.memoMax(), cursor);
        }
        if (slot >= memo.length) {
            memo = Arrays.copyOf(memo, Math.max(16, 2 * memo.length));
        }
        memo[(int) slot] = value;
    }

    private PickleValue get(int opcode) throws PickleException {
        long key = opcode == Opcode.GET ? TextForms.memoKey(cursor) : cursor.number();
        long slot = memoIndex.get(key);
        if (slot == LongMemo.ABSENT) {
            throw cursor.failure(Kind.BAD_MEMO_REFERENCE, "memo entry " + key + " was never put");
        }
        return memo[(int) slot];
    }

    private void append(List<PickleValue> items) throws PickleException {
        PickleValue target = top();
        boolean exact = true;
        if (target instanceof PickleList list) {
            exact = list.appendAll(items);
        } else {
            PickleObject object = changed(target);
            for (PickleValue item : items) {
                exact &= object.change(new Change.Append(item));
            }
        }
        afterChange(target, exact);
    }

    private void setItems(List<PickleValue> keysAndValues) throws PickleException {
        checkPairs(keysAndValues);
        PickleValue target = top();
        boolean exact = true;
        if (target instanceof PickleDict dict) {
            exact = dict.putAll(keysAndValues);
        } else {
            PickleObject object = changed(target);
            for (int i = 0; i < keysAndValues.size(); i += 2) {
                PickleValue key = keysAndValues.get(i);
                PickleValue value = keysAndValues.get(i + 1);
                exact &= object.change(new Change.SetItem(key, value));
            }
        }
        afterChange(target, exact);
    }

    private void addItems(List<PickleValue> items) throws PickleException {
        PickleValue target = top();
        boolean exact = true;
        if (target instanceof PickleSet set && !set.isFrozen()) {
            exact = set.addAll(items);
        } else {
            PickleObject object = changed(target);
            for (PickleValue item : items) {
                exact &= object.change(new Change.Add(item));
            }
        }
        afterChange(target, exact);
    }

    private void build() throws PickleException {
        PickleValue state = pop();
        PickleObject object = changed(top());
        afterChange(object, object.change(new Change.Build(state)));
    }

    private PickleObject changed(PickleValue target) throws PickleException {
        if (target instanceof PickleObject object) {
            return object;
        }
        throw cursor.failure(
                Kind.BAD_OPERAND, "cannot change a " + target.getClass().getSimpleName());
    }

    private void afterChange(PickleValue target, boolean exact) throws PickleException {
        depthUnknown |= !exact;
        checkDepth(((Compound) target).depth());
    }

    private void dictionary() throws PickleException {
        List<PickleValue> keysAndValues = popToMark();
        checkPairs(keysAndValues);
        PickleDict dict = new PickleDict();
        dict.putAll(keysAndValues);
        pushNew(dict);
    }

    private void checkPairs(List<PickleValue> keysAndValues) throws PickleException {
        if (keysAndValues.size() % 2 != 0) {
            throw cursor.failure(Kind.BAD_OPERAND, "a key without a value");
        }
    }

    private void stackGlobal() throws PickleException {
        List<PickleValue> names = popMany(2);
        if (!(names.get(0) instanceof Text module) || !(names.get(1) instanceof Text name)) {
            throw cursor.failure(Kind.BAD_OPERAND, "the name of a class must be text");
        }
        push(new Global(module.value(), name.value()));
    }

    private void construct(int opcode) throws PickleException {
        PickleObject object;
        if (opcode == Opcode.INST) {
            object = new PickleObject(Construction.INSTANCE, atoms.global(), PickleTuple.of(popToMark()), null);
        } else if (opcode == Opcode.OBJ) {
            List<PickleValue> items = popToMark();
            if (items.isEmpty()) {
                throw cursor.failure(Kind.STACK_UNDERFLOW, "no class above the mark");
            }
            PickleTuple arguments = PickleTuple.of(items.subList(1, items.size()));
            object = new PickleObject(Construction.INSTANCE, items.get(0), arguments, null);
        } else {
            boolean withKeywords = opcode == Opcode.NEWOBJ_EX;
            List<PickleValue> parts = popMany(withKeywords ? 3 : 2);
            @Nullable PickleValue keywords = withKeywords ? parts.get(2) : null;
            Construction construction = opcode == Opcode.REDUCE
                    ? Construction.REDUCE
                    : withKeywords ? Construction.NEWOBJ_EX : Construction.NEWOBJ;
            object = new PickleObject(construction, parts.get(0), parts.get(1), keywords);
        }
        pushNew(object);
    }

    private void checkDepth(int depth) throws PickleException {
        if (depth > limits.depthMax()) {
            throw cursor.failure(Kind.DEPTH_LIMIT, "nested deeper than " + limits.depthMax());
        }
    }

    /** Measures everything read since the reset: a later pickle may have put something into an earlier one. */
    private void checkDepthOfRoots() throws PickleException {
        for (int i = 0; depthUnknown && i < roots.size(); i++) {
            if (Graph.isDeeper(roots.get(i), limits.depthMax())) {
                throw cursor.failure(Kind.DEPTH_LIMIT, "nested deeper than " + limits.depthMax());
            }
        }
    }

    private void cleanUp() {
        if (stack.length > STACK_KEPT) {
            stack = new PickleValue[16];
        } else {
            Arrays.fill(stack, 0, heightReached, null);
        }
        height = 0;
        heightReached = 0;
        marks.clear();
        cursor.clear();
    }
}
