package io.zrs.server;

import io.zrs.database.Persistent;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value on one line, much as Python prints it; references are {@code → class oid}, and not followed.
 *
 * <p>Threading: confined to one thread.
 */
final class OneLine implements Shape.Handler<RuntimeException> {
    static final String CUT = "…";

    private final StringBuilder text = new StringBuilder();
    private final int sizeMax;
    /** Those that the value lies in which is just written. */
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());

    private boolean isCut;

    private OneLine(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    /** The line, unless it has more than {@code sizeMax} characters. */
    static Optional<String> whole(@Nullable Object value, int sizeMax) {
        OneLine line = new OneLine(sizeMax);
        line.value(value);
        return line.isCut ? Optional.empty() : Optional.of(line.text.toString());
    }

    /** What a persistent object holds, cut off after {@code sizeMax} characters; without its class. */
    static String summary(Persistent object, int sizeMax) {
        OneLine line = new OneLine(sizeMax);
        Shape shape = Shapes.ofContent(object);
        if (shape instanceof Shape.Instance instance) {
            line.parts(instance);
        } else {
            shape.dispatch(line);
        }
        return line.isCut ? line.text + CUT : line.text.toString();
    }

    /** The line, cut off after {@code sizeMax} characters. */
    static String cut(Shape shape, int sizeMax) {
        OneLine line = new OneLine(sizeMax);
        shape.dispatch(line);
        return line.isCut ? line.text + CUT : line.text.toString();
    }

    @Override
    public void atom(Shape.Atom atom) {
        append(PythonAtoms.text(atom.value(), sizeMax));
    }

    @Override
    public void sequence(Shape.Sequence sequence) {
        Collection<?> items = sequence.items();
        switch (sequence.type()) {
            case "list" -> items("[", items, "]");
            case "tuple" -> items("(", items, items.size() == 1 ? ",)" : ")");
            case "set" -> items(items.isEmpty() ? "set(" : "{", items, items.isEmpty() ? ")" : "}");
            default -> items("frozenset({", items, "})");
        }
    }

    @Override
    public void mapping(Shape.Mapping mapping) {
        append("{");
        String separator = "";
        Iterator<? extends Map.Entry<?, ?>> entries =
                mapping.entries().entrySet().iterator();
        while (!isCut && entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            append(separator);
            value(entry.getKey());
            append(": ");
            value(entry.getValue());
            separator = ", ";
        }
        append("}");
    }

    @Override
    public void instance(Shape.Instance instance) {
        append(instance.pythonClass().toString());
        parts(instance);
    }

    @Override
    public void reference(Shape.Reference reference) {
        append("→ " + Shapes.name(reference.target()));
    }

    @Override
    public void weak(Shape.Weak weak) {
        append("→ weakly " + weak.reference().oid().map(Object::toString).orElse("?"));
    }

    @Override
    public void elsewhere(Shape.Elsewhere elsewhere) {
        append("→ " + elsewhere.reference());
    }

    private void parts(Shape.Instance instance) {
        append("(");
        String separator = "";
        for (Map.Entry<?, ?> part : Shapes.parts(instance).entrySet()) {
            if (isCut) {
                return;
            }
            append(separator + part.getKey() + "=");
            value(part.getValue());
            separator = ", ";
        }
        append(")");
    }

    private void items(String open, Iterable<?> items, String close) {
        append(open);
        String separator = "";
        Iterator<?> rest = items.iterator();
        while (!isCut && rest.hasNext()) {
            append(separator);
            value(rest.next());
            separator = ", ";
        }
        append(close);
    }

    /** Each step inwards writes something, so that this ends when the line is full. */
    private void value(@Nullable Object value) {
        if (isCut) {
            return;
        }
        Shape shape = Shapes.of(value);
        if (value == null || shape instanceof Shape.Atom) {
            shape.dispatch(this);
        } else if (around.add(value)) {
            shape.dispatch(this);
            around.remove(value);
        } else {
            append(shape instanceof Shape.Mapping ? "{...}" : shape instanceof Shape.Sequence ? "[...]" : "...");
        }
    }

    private void append(String part) {
        int room = sizeMax - text.length();
        isCut |= part.length() > room;
        text.append(part, 0, Math.min(part.length(), room));
    }
}
