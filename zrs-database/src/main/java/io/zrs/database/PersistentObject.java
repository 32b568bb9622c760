package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A persistent object of an application class, which no JVM has: class name, arguments, and state, usually attributes. An application can register a
 * Java type for its class ({@link PythonTypes}).
 *
 * <p>A list or dictionary that is an attribute belongs to the state: after a change inside of it say {@link #changed}.
 *
 * <p>Threading and errors: as {@link Persistent}. Source: ZODB, {@code serialize.py}.
 */
public final class PersistentObject implements Persistent {
    private final Persistence persistence;
    private @Nullable Tuple arguments;
    private ObjectState state = ObjectState.empty();
    private @Nullable Object application;

    /**
     * A new object without attributes.
     *
     * @throws IllegalArgumentException if there is a Java type for the class, such as {@link PersistentMapping}
     */
    public PersistentObject(PythonClass pythonClass) {
        this.persistence = new Persistence(this, pythonClass, new Content());
        if (StandardClass.of(pythonClass) != null) {
            throw new IllegalArgumentException("there is a Java type for " + pythonClass);
        }
    }

    /**
     * A new object of a class with {@code __getnewargs__}.
     *
     * @param arguments for {@code pythonClass.__new__}
     * @throws IllegalArgumentException if there is a Java type for the class, such as {@link PersistentMapping}
     */
    public PersistentObject(PythonClass pythonClass, List<?> arguments) {
        this(pythonClass);
        this.arguments = Tuple.copyOf(arguments);
    }

    /** What its record gives to {@code __new__}; empty for most classes. */
    public List<@Nullable Object> arguments() {
        persistence.read();
        return arguments == null ? Tuple.of() : arguments;
    }

    /**
     * The attributes, those in {@code __slots__} included: a view, which loads the object when it is used, and by which they can be changed, too.
     * Empty if the {@linkplain #state state} is of another kind: then to add one is an {@link IllegalStateException}.
     */
    public Map<String, @Nullable Object> attributes() {
        return new Attributes(this::readState, this::changeState);
    }

    /** An attribute, null if there is none of that name, or if it is {@code None}. */
    public @Nullable Object get(String name) {
        return readState().get(name);
    }

    /**
     * The value of an attribute, which must be there.
     *
     * @throws java.util.NoSuchElementException if it is not, or is None
     * @throws ClassCastException if it is not of {@code type}
     */
    public <T> T get(String name, Class<T> type) {
        return Typed.cast(name, get(name), type);
    }

    /**
     * Sets an attribute.
     *
     * @throws IllegalStateException if the {@linkplain #state state} is not made of attributes
     */
    public void set(String name, @Nullable Object value) {
        changeState().put(name, value);
    }

    /** Removes an attribute, and gives what it was; null if there was none. */
    public @Nullable Object remove(String name) {
        return attributes().remove(name);
    }

    /** The state as {@code __getstate__} gave it: usually a map of the attributes, null if there is none. */
    public @Nullable Object state() {
        return readState().value();
    }

    /** Replaces the whole state, as {@code __setstate__} will get it. */
    public void setState(@Nullable Object value) {
        persistence.changed();
        state = ObjectState.of(PythonNumbers.normalised(value));
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /** The class and the oid, for example {@code <app.models.Person 0x016b>}; nothing is loaded. */
    @Override
    public String toString() {
        return PythonRepr.nameOf(this);
    }

    /** The arguments as far as they are known without loading, null if there are none. */
    @Nullable
    Tuple knownArguments() {
        return arguments;
    }

    /** What the application has made of it. */
    @Nullable
    Object application() {
        return application;
    }

    void setApplication(@Nullable Object newApplication) {
        application = newApplication;
    }

    private ObjectState readState() {
        persistence.read();
        return state;
    }

    private ObjectState changeState() {
        persistence.changed();
        return state;
    }

    private final class Content implements State {
        @Override
        public void read(PickleValue pickled, ValueReader values) throws UnreadableStateException {
            Tuple newArguments = values.arguments();
            state = ObjectState.of(values.read(pickled));
            arguments = newArguments;
        }

        @Override
        public PickleValue write(ValueWriter values) {
            return state.write(values);
        }

        @Override
        public void forget() {
            state = ObjectState.empty();
        }
    }
}
