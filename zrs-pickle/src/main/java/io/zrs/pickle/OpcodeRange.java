package io.zrs.pickle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of a pickle that makes one value: its opcodes, without {@code PROTO} before and {@code STOP} behind. So a
 * value can be taken from one pickle to another without being understood:
 *
 * <pre>
 * ofPickle("\x80\x03 EXT .")                                  EXT
 * ofPickle("('T', (tid, status, user, description, EXT)).")   items()[1].items()[4] is EXT
 * </pre>
 *
 * <p>What was cut out can stand elsewhere only if it {@link #isSelfContained()}; where it is put, it must be the first
 * to use the memo.
 *
 * <p>Threading: immutable, as long as nobody writes into the buffer that it came from.
 */
public final class OpcodeRange {
    private final ByteBuffer bytes;
    private final boolean memoUsedBefore;

    private OpcodeRange(ByteBuffer bytes, boolean memoUsedBefore) {
        this.bytes = bytes;
        this.memoUsedBefore = memoUsedBefore;
    }

    /**
     * The opcodes of the pickle at the position of {@code pickle}, up to its first {@code STOP}. Nothing is copied; the
     * position does not move.
     *
     * @throws PickleException if there is no complete pickle; values are not looked into, so that a value which is none
     *     (malformed text) may pass
     */
    public static OpcodeRange ofPickle(ByteBuffer pickle) throws PickleException {
        OpcodeCursor cursor = new OpcodeCursor();
        cursor.start(pickle, PickleLimits.RECORD.sizeMax());
        Layout layout = new Layout(cursor);
        int start = pickle.position();
        int opcode = cursor.next();
        if (opcode == Opcode.PROTO) {
            start = cursor.position();
        }
        while (opcode != Opcode.STOP) {
            layout.step(opcode);
            opcode = cursor.next();
        }
        layout.machine.stop();
        return new OpcodeRange(slice(pickle, start, cursor.opcodeAt()), false);
    }

    /** The opcodes, as a read-only view of the buffer that they came from. */
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /**
     * The ranges of the items, if the opcodes make a tuple; else, or if it is empty, none. The ranges are made of the
     * same bytes, in order, and have {@code MARK} and {@code TUPLE} around them.
     */
    public List<OpcodeRange> items() throws PickleException {
        Layout layout = new Layout(new OpcodeCursor());
        layout.runAll(bytes);
        List<OpcodeRange> items = new ArrayList<>();
        for (int i = 0; i + 1 < layout.itemBounds.length; i++) {
            int start = layout.itemBounds[i];
            items.add(new OpcodeRange(
                    slice(bytes, start, layout.itemBounds[i + 1]), memoUsedBefore || layout.firstPutAt < start));
        }
        return items;
    }

    /**
     * Whether the opcodes make one value without help: they take nothing from a stack or memo filled before, and do not
     * depend on the number of memo entries or on the length of a frame.
     */
    public boolean isSelfContained() {
        try {
            Layout layout = new Layout(new OpcodeCursor());
            layout.runAll(bytes);
            return layout.machine.holdsOneValue() && !layout.framed && !(layout.memoized && memoUsedBefore);
        } catch (PickleException e) {
            return false; // the opcodes work where they stand, so what they miss here lies outside
        }
    }

    private static ByteBuffer slice(ByteBuffer bytes, int start, int end) {
        return bytes.slice(start, end - start).asReadOnlyBuffer();
    }

    /** Runs opcodes with the index of each value's first opcode in its place. */
    private static final class Layout implements PlaceholderMachine.Placeholders {
        private static final int[] NONE = {};

        private final OpcodeCursor cursor;
        private final PlaceholderMachine machine;
        private int[] itemBounds = NONE;
        private int firstPutAt = Integer.MAX_VALUE;
        private boolean framed;
        private boolean memoized;

        Layout(OpcodeCursor cursor) {
            this.cursor = cursor;
            this.machine = new PlaceholderMachine(cursor, PickleLimits.RECORD, this);
        }

        void runAll(ByteBuffer opcodes) throws PickleException {
            cursor.start(opcodes, PickleLimits.RECORD.sizeMax());
            while (!cursor.isAtEnd()) {
                step(cursor.next());
            }
        }

        void step(int opcode) throws PickleException {
            switch (opcode) {
                case Opcode.PUT, Opcode.BINPUT, Opcode.LONG_BINPUT, Opcode.MEMOIZE -> {
                    memoized |= opcode == Opcode.MEMOIZE;
                    firstPutAt = Math.min(firstPutAt, cursor.opcodeAt());
                }
                case Opcode.FRAME -> framed = true;
                default -> itemBounds = NONE; // a tuple that is not the last thing made
            }
            machine.perform(opcode);
        }

        @Override
        public long atom(int opcode) {
            return cursor.opcodeAt();
        }

        @Override
        public long again(long placeholder) {
            return cursor.opcodeAt();
        }

        @Override
        public long combine(int opcode, long[] stack, int start, int end) {
            boolean marked = opcode == Opcode.TUPLE;
            if (start == 0
                    && (marked || opcode == Opcode.TUPLE1 || opcode == Opcode.TUPLE2 || opcode == Opcode.TUPLE3)) {
                int first = marked ? 1 : 0;
                itemBounds = new int[end - first + 1];
                for (int i = first; i < end; i++) {
                    itemBounds[i - first] = (int) stack[i];
                }
                itemBounds[end - first] = cursor.opcodeAt();
            }
            return stack[start];
        }
    }
}
