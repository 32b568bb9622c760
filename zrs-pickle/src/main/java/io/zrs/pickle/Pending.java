package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The values that a writer has still to write, in place of recursion: the depth of what is nested is bounded by a limit
 * and not by the stack of the thread.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class Pending {
    private final PickleValue.Handler<PickleException> writer;
    private final int depthMax;
    private final int valuesMax;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private int valueCount;

    Pending(PickleValue.Handler<PickleException> writer, int depthMax, int valuesMax) {
        this.writer = writer;
        this.depthMax = depthMax;
        this.valuesMax = valuesMax;
    }

    /** Passes {@code root} to the writer, and then whatever the writer finds {@link #inside}, until nothing is left. */
    void write(PickleValue root) throws PickleException {
        count();
        root.dispatch(writer);
        while (!frames.isEmpty()) {
            Frame frame = frames.getLast();
            if (frame.next < frame.values.size()) {
                count();
                frame.values.get(frame.next++).dispatch(writer);
            } else {
                frames.removeLast();
                frame.after.run();
            }
        }
    }

    /** Has {@code values}, some of those in {@code compound}, written next; {@code after} may ask for more of them. */
    void inside(Compound compound, List<PickleValue> values, Step after) {
        frames.addLast(new Frame(compound, values, after));
    }

    /** The compounds on the way down from {@code value}, which was met there, to what is being written, without either. */
    @SuppressWarnings("ReferenceEquality") // this very object is on the way, not an equal one
    List<Compound> wayFrom(Compound value) {
        List<Compound> way = new ArrayList<>();
        Iterator<Frame> upwards = frames.descendingIterator();
        for (Compound each = upwards.next().compound; each != value; each = upwards.next().compound) {
            way.add(each);
        }
        Collections.reverse(way);
        return way;
    }

    /** Checks that another compound may lie inside those that are being written. */
    void checkDepth() throws PickleException {
        if (frames.size() >= depthMax) {
            throw tooDeep();
        }
    }

    /** Counts one value for the reader's stack. */
    void count() throws PickleException {
        if (++valueCount > valuesMax) {
            throw new PickleException(Kind.VALUES_LIMIT, "more than " + valuesMax + " values");
        }
    }

    PickleException tooDeep() {
        return new PickleException(Kind.DEPTH_LIMIT, "nested deeper than " + depthMax);
    }

    /** What follows the values of a frame. */
    interface Step {
        void run() throws PickleException;
    }

    /** One compound on the way down, or as many of its values as go under one mark. */
    private static final class Frame {
        private final Compound compound;
        private final List<PickleValue> values;
        private final Step after;
        private int next;

        private Frame(Compound compound, List<PickleValue> values, Step after) {
            this.compound = compound;
            this.values = values;
            this.after = after;
        }
    }
}
