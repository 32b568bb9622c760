package io.zrs.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Python would make by calling something: how it is to be made, and what is to be done with it then. Nothing is
 * called here. Threading and comparison: {@link PickleValue}.
 */
public final class PickleObject extends Compound {

    /** The opcode that makes the object. */
    public enum Construction {
        /** {@code REDUCE}: {@code callable(*arguments)}. */
        REDUCE,
        /** {@code NEWOBJ}: {@code callable.__new__(callable, *arguments)}. */
        NEWOBJ,
        /** {@code NEWOBJ_EX}: the same with keyword arguments. */
        NEWOBJ_EX,
        /** {@code INST}, {@code OBJ}: an instance of a class, old-style ones without {@code __init__}. */
        INSTANCE
    }

    /** What is done to an object after it was made. */
    public sealed interface Change {
        /** {@code BUILD}: {@code __setstate__}, or an update of the attributes. */
        record Build(PickleValue state) implements Change {
            @Override
            public List<PickleValue> values() {
                return List.of(state);
            }
        }

        /** {@code APPEND}, {@code APPENDS}: one item for {@code append} or {@code extend}. */
        record Append(PickleValue item) implements Change {
            @Override
            public List<PickleValue> values() {
                return List.of(item);
            }
        }

        /** {@code SETITEM}, {@code SETITEMS}: {@code object[key] = value}. */
        record SetItem(PickleValue key, PickleValue value) implements Change {
            @Override
            public List<PickleValue> values() {
                return List.of(key, value);
            }
        }

        /** {@code ADDITEMS}: one item for {@code add} or {@code update}. */
        record Add(PickleValue item) implements Change {
            @Override
            public List<PickleValue> values() {
                return List.of(item);
            }
        }

        /** What it puts into the object, unmodifiable. */
        List<PickleValue> values();
    }

    private static final Pattern LATIN1 = Pattern.compile("latin[-_]?1|iso-?8859-1", Pattern.CASE_INSENSITIVE);

    private final Construction construction;
    private final PickleValue callable;
    private final PickleValue arguments;
    private final @Nullable PickleValue keywordArguments;
    private List<Change> changes = List.of();

    PickleObject(
            Construction construction,
            PickleValue callable,
            PickleValue arguments,
            @Nullable PickleValue keywordArguments) {
        this.construction = construction;
        this.callable = callable;
        this.arguments = arguments;
        this.keywordArguments = keywordArguments;
        adoptAll(children());
    }

    /** The result of {@code callable(*arguments)}, to which nothing more is done. */
    public static PickleObject call(PickleValue callable, PickleValue... arguments) {
        return builder(Construction.REDUCE, callable, PickleTuple.of(arguments)).value();
    }

    /**
     * A builder of an object that is changed after it was made.
     *
     * @throws IllegalArgumentException if {@code construction} is {@link Construction#NEWOBJ_EX}, which only protocol 4
     *     has
     */
    public static Builder builder(Construction construction, PickleValue callable, PickleTuple arguments) {
        return new Builder(construction, callable, arguments);
    }

    /** The opcode that makes it. */
    public Construction construction() {
        return construction;
    }

    /** The class or function; usually, but not surely, a {@link PickleValue.Global}. */
    public PickleValue callable() {
        return callable;
    }

    /** The arguments; usually, but not surely, a {@link PickleTuple}. */
    public PickleValue arguments() {
        return arguments;
    }

    /** The keyword arguments of {@link Construction#NEWOBJ_EX}. */
    public Optional<PickleValue> keywordArguments() {
        return Optional.ofNullable(keywordArguments);
    }

    /** What is done to it afterwards, in order, unmodifiable. */
    public List<Change> changes() {
        return Collections.unmodifiableList(changes);
    }

    /** The state of the last {@link Change.Build}. */
    public Optional<PickleValue> state() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i) instanceof Change.Build build) {
                return Optional.of(build.state());
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Octets> asBytes() {
        if (construction != Construction.REDUCE
                || !changes.isEmpty()
                || !(callable instanceof Global function)
                || !(arguments instanceof PickleTuple tuple)) {
            return Optional.empty();
        }
        List<PickleValue> items = tuple.items();
        if (function.name().equals("bytes") && isBuiltins(function.module()) && items.isEmpty()) {
            return Optional.of(Octets.owned(new byte[0]));
        }
        if (function.name().equals("encode")
                && function.module().equals("_codecs")
                && items.size() == 2
                && items.get(0) instanceof Text text
                && items.get(1) instanceof Text codec
                && LATIN1.matcher(codec.value()).matches()) {
            return encodeLatin1(text.value());
        }
        return Optional.empty();
    }

    /** Callable, arguments, keyword arguments if any, then the values in each change. */
    @Override
    public List<PickleValue> children() {
        List<PickleValue> children = new ArrayList<>(3 + changes.size());
        children.add(callable);
        children.add(arguments);
        if (keywordArguments != null) {
            children.add(keywordArguments);
        }
        for (Change change : changes) {
            children.addAll(change.values());
        }
        return Collections.unmodifiableList(children);
    }

    @Override
    public <X extends Exception> void dispatch(Handler<X> handler) throws X {
        handler.object(this);
    }

    @Override
    String label() {
        return construction.toString();
    }

    @Override
    String shape() {
        StringBuilder shape = new StringBuilder(label());
        for (Change change : changes) {
            shape.append(change.getClass().getSimpleName().charAt(0)).append(change instanceof Change.Add ? "d" : "");
        }
        return shape.toString();
    }

    /** Adds a change; answers as {@link #adopt} does. */
    boolean change(Change change) {
        if (changes.isEmpty()) {
            changes = new ArrayList<>(1);
        }
        changes.add(change);
        boolean exact = true;
        for (PickleValue value : change.values()) {
            exact &= adopt(value);
        }
        return exact;
    }

    private static boolean isBuiltins(String module) {
        return module.equals("__builtin__") || module.equals("builtins");
    }

    private static Optional<Octets> encodeLatin1(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            if (text.charAt(i) > 0xff) {
                return Optional.empty();
            }
            bytes[i] = (byte) text.charAt(i);
        }
        return Optional.of(Octets.owned(bytes));
    }

    /**
     * Adds the changes of one object, in the order of the calls. Python writes items first and the state last.
     *
     * <p>Threading: needs outside synchronisation, together with its object, as long as it is used.
     */
    public static final class Builder {
        private final PickleObject object;

        private Builder(Construction construction, PickleValue callable, PickleTuple arguments) {
            if (construction == Construction.NEWOBJ_EX) {
                throw new IllegalArgumentException("keyword arguments need protocol 4");
            }
            this.object = new PickleObject(construction, callable, arguments, null);
        }

        /** The object, each time the same one, which may be put anywhere before it is complete: into its own state, too. */
        public PickleObject value() {
            return object;
        }

        /** Adds a {@link Change.Build}. */
        public Builder build(PickleValue state) {
            return with(new Change.Build(state));
        }

        /** Adds a {@link Change.Append}. */
        public Builder append(PickleValue item) {
            return with(new Change.Append(item));
        }

        /** Adds a {@link Change.SetItem}. */
        public Builder setItem(PickleValue key, PickleValue value) {
            return with(new Change.SetItem(key, value));
        }

        /** Adds a {@link Change.Add}, which needs protocol 4. */
        public Builder add(PickleValue item) {
            return with(new Change.Add(item));
        }

        private Builder with(Change change) {
            object.change(change);
            return this;
        }
    }
}
