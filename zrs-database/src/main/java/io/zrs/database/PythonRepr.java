package io.zrs.database;

import io.zrs.storage.Bytes;
import io.zrs.storage.StorageException;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints values as Python's {@code repr} does: {@code {'x': [1, None]}}. What contains itself, lies deep or is long is cut, the last two with
 * {@code …}. Persistent collections are loaded for it, other persistent objects are given by class and oid.
 *
 * <p>Threading: as the values.
 *
 * <p>Source: Python, {@code repr}.
 */
public final class PythonRepr {
    private static final int DEPTH_MAX = 20;
    private static final int LENGTH_MAX = 4_000;

    private final StringBuilder text = new StringBuilder();
    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private PythonRepr() {}

    /** What Python prints for {@code value}, cut if it is long. */
    public static String of(@Nullable Object value) {
        PythonRepr repr = new PythonRepr();
        repr.print(value);
        return repr.text.toString();
    }

    /** The class and the oid of a persistent object, without loading it: {@code <app.models.Person 0x016b>}. */
    static String nameOf(Persistent object) {
        return "<" + object.pythonClass() + object.oid().map(oid -> " " + oid).orElse(", new") + ">";
    }

    private void print(@Nullable Object value) {
        if (value instanceof Collection || value instanceof Map || value instanceof PythonObject) {
            nested(value);
        } else if (value instanceof Persistent persistent) {
            text.append(nameOf(persistent));
        } else if (value instanceof String string) {
            string(string);
        } else if (value instanceof Bytes bytes) {
            bytes(bytes);
        } else {
            text.append(PythonAtoms.repr(value));
        }
    }

    private void nested(Object value) {
        if (open.contains(value)) {
            text.append(value instanceof Map ? "{...}" : value instanceof Tuple ? "(...)" : "[...]");
        } else if (open.size() == DEPTH_MAX || isFull()) {
            text.append('…');
        } else {
            open.add(value);
            int start = text.length();
            try {
                container(value);
            } catch (StorageException | IllegalStateException e) {
                if (!(value instanceof Persistent persistent)) {
                    throw e;
                }
                text.setLength(start); // it cannot be loaded, but named
                text.append(nameOf(persistent));
            } finally {
                open.remove(value);
            }
        }
    }

    private void container(Object value) {
        if (value instanceof PythonObject object) {
            object(object);
        } else if (value instanceof Map<?, ?> map) {
            text.append('{');
            entries(map);
            text.append('}');
        } else if (value instanceof Set<?> set) {
            String name = value instanceof FrozenSet ? "frozenset" : set.isEmpty() ? "set" : "";
            String brackets = name.isEmpty() ? "{}" : set.isEmpty() ? "()" : "({})";
            items(name + brackets.substring(0, brackets.length() / 2), set, brackets.substring(brackets.length() / 2));
        } else if (value instanceof Tuple tuple) {
            items("(", tuple, tuple.size() == 1 ? ",)" : ")");
        } else {
            items("[", (Collection<?>) value, "]");
        }
    }

    private void items(String before, Collection<?> items, String after) {
        text.append(before);
        String separator = "";
        for (Iterator<?> iterator = items.iterator(); iterator.hasNext(); ) {
            text.append(separator);
            separator = ", ";
            if (isFull()) {
                text.append('…');
                break;
            }
            print(iterator.next());
        }
        text.append(after);
    }

    private void entries(Map<?, ?> map) {
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            separator = ", ";
            if (isFull()) {
                text.append('…');
                break;
            }
            print(entry.getKey());
            text.append(": ");
            print(entry.getValue());
        }
    }

    private void object(PythonObject object) {
        List<@Nullable Object> arguments = object.arguments();
        boolean plain = object.items().isEmpty() && object.entries().isEmpty() && object.objectState() == null;
        text.append(plain ? "" : "<").append(object.pythonClass());
        if (plain || !arguments.isEmpty()) {
            items("(", arguments, ")");
        }
        if (!object.items().isEmpty()) {
            text.append(' ');
            print(object.items());
        }
        if (!object.entries().isEmpty()) {
            text.append(' ');
            print(object.entries());
        }
        if (object.objectState() != null) {
            text.append(' ');
            print(object.state());
        }
        text.append(plain ? "" : ">");
    }

    private void string(String value) {
        char quote = value.indexOf('\'') >= 0 && value.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        for (int i = 0; i < value.length() && !isFull(); i += Character.charCount(value.codePointAt(i))) {
            character(value.codePointAt(i), quote);
        }
        text.append(isFull() ? "…" : "").append(quote);
    }

    private void character(int codePoint, char quote) {
        if (codePoint == quote || codePoint == '\\') {
            text.append('\\').append((char) codePoint);
        } else if (codePoint == '\n' || codePoint == '\r' || codePoint == '\t') {
            text.append('\\').append(codePoint == '\n' ? 'n' : codePoint == '\r' ? 'r' : 't');
        } else if (isPrintable(codePoint)) {
            text.appendCodePoint(codePoint);
        } else {
            text.append(String.format(
                    codePoint <= 0xff ? "\\x%02x" : codePoint <= 0xffff ? "\\u%04x" : "\\U%08x", codePoint));
        }
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }

    private void bytes(Bytes value) {
        text.append('b');
        char quote = '\'';
        byte[] bytes = value.toByteArray();
        boolean single = false;
        boolean twofold = false;
        for (byte each : bytes) {
            single |= each == '\'';
            twofold |= each == '"';
        }
        if (single && !twofold) {
            quote = '"';
        }
        text.append(quote);
        for (int i = 0; i < bytes.length && !isFull(); i++) {
            int each = Byte.toUnsignedInt(bytes[i]);
            if (each < 0x80) {
                character(each, quote);
            } else {
                text.append(String.format("\\x%02x", each));
            }
        }
        text.append(isFull() ? "…" : "").append(quote);
    }

    private boolean isFull() {
        return text.length() >= LENGTH_MAX;
    }
}
