package io.zrs.database;

import io.zrs.pickle.PickleValue;

/**
 * The state of one persistent object, which its class keeps in Java values; the second pickle of its record.
 *
 * <p>Threading: confined to the thread that uses the connection.
 */
interface State {
    /**
     * Takes the state out of a record.
     *
     * @throws UnreadableStateException if {@code state} is none of this class; the state is then undefined until {@link #forget}
     */
    void read(PickleValue state, ValueReader values) throws UnreadableStateException;

    /** The state as a record has it. */
    PickleValue write(ValueWriter values);

    /** Frees the state: the object is a ghost from now on. What was handed out of it before stays as it is. */
    void forget();
}
