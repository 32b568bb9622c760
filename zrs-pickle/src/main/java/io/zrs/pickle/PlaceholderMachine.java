package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.util.Arrays;

/**
 * A pickle's stack and memo with longs in the place of values, for questions that need no values. What the longs mean
 * is up to {@link Placeholders}; a mark has one too.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class PlaceholderMachine {
    private static final int KEPT = 1 << 12;

    private final OpcodeCursor cursor;
    private final PickleLimits limits;
    private final Placeholders placeholders;
    private final LongMemo memo = new LongMemo();
    private final Marks marks = new Marks();
    private long[] stack = new long[16];
    private int height;

    /** Gives each value its placeholder, 0 or more. */
    interface Placeholders {
        /** The placeholder of a value that {@code opcode} makes by itself, or of a {@code MARK}. */
        long atom(int opcode) throws PickleException;

        /** The placeholder of a value that is pushed again, by {@code GET} or {@code DUP}. */
        long again(long placeholder);

        /**
         * The placeholder of what {@code opcode} makes of the operands from {@code start} to before {@code end}; the
         * first of them is the mark, if that is where the opcode's operands begin.
         */
        long combine(int opcode, long[] stack, int start, int end) throws PickleException;
    }

    PlaceholderMachine(OpcodeCursor cursor, PickleLimits limits, Placeholders placeholders) {
        this.cursor = cursor;
        this.limits = limits;
        this.placeholders = placeholders;
    }

    /** Does what {@code opcode}, at which the cursor stands, does to stack and memo; not for {@code STOP}. */
    void perform(int opcode) throws PickleException {
        switch (opcode) {
            case Opcode.MARK -> {
                push(placeholders.atom(opcode));
                marks.set(height);
            }
            case Opcode.POP -> {
                if (!marks.removeAt(height)) {
                    need(1);
                }
                height--;
            }
            case Opcode.POP_MARK -> height = marks.remove(cursor) - 1;
            case Opcode.DUP -> {
                need(1);
                push(placeholders.again(stack[height - 1]));
            }
            case Opcode.PUT -> put(TextForms.memoKey(cursor));
            case Opcode.BINPUT, Opcode.LONG_BINPUT -> put(cursor.number());
            case Opcode.MEMOIZE -> put(memo.size());
            case Opcode.GET -> get(TextForms.memoKey(cursor));
            case Opcode.BINGET, Opcode.LONG_BINGET -> get(cursor.number());
            case Opcode.TUPLE1, Opcode.BINPERSID -> combine(opcode, 1);
            case Opcode.TUPLE2, Opcode.APPEND, Opcode.BUILD, Opcode.REDUCE, Opcode.NEWOBJ, Opcode.STACK_GLOBAL ->
                combine(opcode, 2);
            case Opcode.TUPLE3, Opcode.SETITEM, Opcode.NEWOBJ_EX -> combine(opcode, 3);
            case Opcode.TUPLE, Opcode.LIST, Opcode.DICT, Opcode.INST, Opcode.OBJ, Opcode.FROZENSET ->
                combineMarked(opcode, 0);
            case Opcode.APPENDS, Opcode.SETITEMS, Opcode.ADDITEMS -> combineMarked(opcode, 1);
            case Opcode.PROTO, Opcode.FRAME -> {}
            case Opcode.NEXT_BUFFER, Opcode.READONLY_BUFFER ->
                throw cursor.failure(Kind.OUT_OF_BAND_BUFFER, "data outside the pickle");
            default -> push(placeholders.atom(opcode));
        }
    }

    /** Checks that there is a value for {@code STOP} to return, and empties the stack. */
    void stop() throws PickleException {
        need(1);
        height = 0;
        marks.clear();
    }

    /** Whether exactly one value is on the stack, and no mark. */
    boolean holdsOneValue() {
        return height == 1 && marks.isEmpty();
    }

    /** Number of memo entries. */
    int memoSize() {
        return memo.size();
    }

    /** Empties stack and memo. */
    void reset() {
        height = 0;
        marks.clear();
        memo.clear();
        if (stack.length > KEPT) {
            stack = new long[16];
        }
    }

    private void need(int count) throws PickleException {
        if (height - count < marks.last()) {
            throw cursor.failure(Kind.STACK_UNDERFLOW, "fewer than " + count + " values on the stack");
        }
    }

    private void push(long placeholder) throws PickleException {
        if (height == stack.length) {
            if (height >= limits.valuesMax()) {
                throw cursor.failure(Kind.VALUES_LIMIT, "more than " + limits.valuesMax() + " values");
            }
            stack = Arrays.copyOf(stack, 2 * height);
        }
        stack[height++] = placeholder;
    }

    private void combine(int opcode, int count) throws PickleException {
        need(count);
        combineFrom(opcode, height - count);
    }

    private void combineMarked(int opcode, int targets) throws PickleException {
        int start = marks.remove(cursor) - 1 - targets;
        if (start < marks.last()) {
            throw cursor.failure(Kind.STACK_UNDERFLOW, "no value below the mark");
        }
        combineFrom(opcode, start);
    }

    private void combineFrom(int opcode, int start) throws PickleException {
        stack[start] = placeholders.combine(opcode, stack, start, height);
        height = start + 1;
    }

    private void put(long key) throws PickleException {
        need(1);
        memo.put(key, stack[height - 1], limits.memoMax(), cursor);
    }

    private void get(long key) throws PickleException {
        long placeholder = memo.get(key);
        if (placeholder == LongMemo.ABSENT) {
            throw cursor.failure(Kind.BAD_MEMO_REFERENCE, "memo entry " + key + " was never put");
        }
        push(placeholders.again(placeholder));
    }
}
