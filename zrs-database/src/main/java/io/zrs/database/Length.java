package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.OptionalLong;

/**
 * A counter of its own ({@code BTrees.Length.Length}), as a rule beside a BTree whose size it is.
 *
 * <p>Threading: as {@link Persistent}. Source: BTrees, {@code Length.py}.
 */
public final class Length implements Persistent {
    private final Persistence persistence;
    private long value;

    /** A new one that is 0. */
    public Length() {
        this(0);
    }

    /** A new one. */
    public Length(long value) {
        this(new PythonClass("BTrees.Length", "Length"));
        this.value = value;
    }

    Length(PythonClass pythonClass) {
        this.persistence = new Persistence(this, pythonClass, new Content());
    }

    /** The number. */
    public long get() {
        persistence.read();
        return value;
    }

    /** Replaces the number. */
    public void set(long newValue) {
        persistence.changed();
        value = newValue;
    }

    /**
     * Adds to the number.
     *
     * @param delta may be negative
     * @throws ArithmeticException if the sum has more than 64 bits; nothing is changed then
     */
    public void change(long delta) {
        set(Math.addExact(get(), delta));
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /** Class and oid, for example {@code <BTrees.Length.Length 0x02>}; nothing is loaded. */
    @Override
    public String toString() {
        return PythonRepr.nameOf(this);
    }

    private final class Content implements State {
        @Override
        public void read(PickleValue state, ValueReader values) throws UnreadableStateException {
            OptionalLong number = state.asLong();
            if (number.isEmpty()) {
                throw new UnreadableStateException("its state is no integer of 64 bits: " + state);
            }
            value = number.getAsLong();
        }

        @Override
        public PickleValue write(ValueWriter values) {
            return values.write(value);
        }

        @Override
        public void forget() {
            value = 0;
        }
    }
}
