package io.zrs.pickle;

import java.util.ArrayList;
import java.util.Arrays;
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
        record Build(PickleValue state) implements Change {}

        /** {@code APPEND}, {@code APPENDS}: one item for {@code append} or {@code extend}. */
        record Append(PickleValue item) implements Change {}

        /** {@code SETITEM}, {@code SETITEMS}: {@code object[key] = value}. */
        record SetItem(PickleValue key, PickleValue value) implements Change {}

        /** {@code ADDITEMS}: one item for {@code add} or {@code update}. */
        record Add(PickleValue item) implements Change {}
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
            if (change instanceof Change.Build build) {
                children.add(build.state());
            } else if (change instanceof Change.Append append) {
                children.add(append.item());
            } else if (change instanceof Change.Add add) {
                children.add(add.item());
            } else if (change instanceof Change.SetItem set) {
                children.addAll(Arrays.asList(set.key(), set.value()));
            }
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

    /** Adds a change that puts {@code values} into the object; answers as {@link #adopt} does. */
    boolean change(Change change, PickleValue... values) {
        if (changes.isEmpty()) {
            changes = new ArrayList<>(1);
        }
        changes.add(change);
        boolean exact = true;
        for (PickleValue value : values) {
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
}
