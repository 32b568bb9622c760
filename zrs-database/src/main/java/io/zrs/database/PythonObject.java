package io.zrs.database;

import io.zrs.pickle.PickleObject.Construction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a Python class that Java does not know, inside the record of a {@link Persistent}: the class by name, the arguments that make it, its
 * attributes, and what is appended to it if it is a kind of list, or set by key if it is a kind of dictionary. It is written again as it was read.
 *
 * <p>Whoever changes it says {@link Persistent#changed} of the persistent object in which it lies. Each is equal to itself alone, as instances are in
 * Python unless their class says otherwise; an application that needs more registers a type of its own ({@link PythonTypes}).
 *
 * <p>Threading: as the persistent object in which it lies.
 */
public final class PythonObject {
    private static final PythonClass OBJECT = new PythonClass("builtins", "object");
    private static final PythonClass OBJECT2 = new PythonClass("__builtin__", "object");

    private final Construction construction;
    private final @Nullable Object callable;
    private final Tuple callArguments;
    private final List<@Nullable Object> items = new ArrayList<>();
    private final Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
    /** Null if nothing but the call makes the object. */
    private @Nullable ObjectState state;

    /**
     * As a record has it.
     *
     * @param callable a {@link PythonClass}, or an object that is called
     */
    PythonObject(Construction construction, @Nullable Object callable, Tuple callArguments) {
        this.construction = construction;
        this.callable = callable;
        this.callArguments = callArguments;
    }

    /** A new instance, as {@code pythonClass.__new__(pythonClass, *arguments)} makes it, still without attributes. */
    public static PythonObject of(PythonClass pythonClass, @Nullable Object... arguments) {
        return new PythonObject(Construction.NEWOBJ, pythonClass, Tuple.of(arguments));
    }

    /** The result of a call, {@code function(*arguments)}. Members of an {@code Enum}, for example, are pickled so. */
    public static PythonObject call(PythonClass function, @Nullable Object... arguments) {
        return new PythonObject(Construction.REDUCE, function, Tuple.of(arguments));
    }

    /** The class, or the function that makes the object; if what is called is an object itself, that one's. */
    public PythonClass pythonClass() {
        if (isGeneric() && callArguments.get(0) instanceof PythonClass pythonClass) {
            return pythonClass;
        }
        if (callable instanceof PythonClass pythonClass) {
            return pythonClass;
        }
        return callable instanceof PythonObject object
                ? object.pythonClass()
                : callable instanceof Persistent persistent ? persistent.pythonClass() : OBJECT;
    }

    /** What the class or the function is called with. */
    public List<@Nullable Object> arguments() {
        if (!isGeneric()) {
            return callArguments;
        }
        if (isCall("__newobj__")) {
            return callArguments.subList(1, callArguments.size());
        }
        Object base = callArguments.get(1);
        return OBJECT.equals(base) || OBJECT2.equals(base) ? Tuple.of() : callArguments.subList(2, 3);
    }

    /**
     * The attributes, those in {@code __slots__} included; to be changed, too. Empty if the {@linkplain #state state} is of another kind: then to add
     * one is an {@link IllegalStateException}.
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
    public PythonObject set(String name, @Nullable Object value) {
        changeState().put(name, value);
        return this;
    }

    /** The state as {@code __getstate__} gave it: usually a map of the attributes, null if there is none. */
    public @Nullable Object state() {
        return readState().value();
    }

    /** Replaces the whole state, as {@code __setstate__} will get it. */
    public void setState(@Nullable Object value) {
        state = ObjectState.of(PythonNumbers.normalised(value));
    }

    /** What is appended to it, if it is a kind of list ({@code collections.deque}); to be changed, too. */
    public List<@Nullable Object> items() {
        return items;
    }

    /** What is set by key, if it is a kind of dictionary ({@code collections.OrderedDict}, {@code defaultdict}); to be changed, too. */
    public Map<Object, @Nullable Object> entries() {
        return entries;
    }

    /** The class, with the arguments and the attributes; cut if it is long. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    Construction construction() {
        return construction;
    }

    @Nullable
    Object callable() {
        return callable;
    }

    Tuple callArguments() {
        return callArguments;
    }

    /** The state, null if nothing but the call makes the object. */
    @Nullable
    ObjectState objectState() {
        return state;
    }

    private ObjectState readState() {
        return state == null ? ObjectState.empty() : state;
    }

    private ObjectState changeState() {
        if (state == null) {
            state = ObjectState.empty();
        }
        return state;
    }

    /** Whether it is made by one of the functions that stand for {@code __new__} in protocols that cannot say that. */
    private boolean isGeneric() {
        return (isCall("__newobj__") && !callArguments.isEmpty())
                || (isCall("_reconstructor") && callArguments.size() == 3);
    }

    private boolean isCall(String function) {
        return construction == Construction.REDUCE
                && callable instanceof PythonClass called
                && called.name().equals(function)
                && (called.module().equals("copy_reg") || called.module().equals("copyreg"));
    }
}
