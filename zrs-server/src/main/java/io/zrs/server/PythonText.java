package io.zrs.server;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleSet;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A pickled value for people: much like Python prints it, but the same for Python 2 and 3. Dictionaries are sorted by key; text
 * that is not ASCII is {@code u} and its UTF-8 in hexadecimal, bytes are {@code b} and hexadecimal; Python 2's {@code str} is text if it is ASCII.
 *
 * <p>Threading: confined to one thread.
 */
final class PythonText implements PickleValue.Handler<RuntimeException> {
    private static final int DEPTH_MAX = 100;
    private static final String CUT = "…";

    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    private PythonText(Budget budget) {
        this.budget = budget;
    }

    /** The text of an extension as a transaction has it; an empty one is an empty dictionary. */
    static String ofExtension(ByteBuffer pickle) {
        if (!pickle.hasRemaining()) {
            return "{}";
        }
        try {
            return of(new PickleReader(PickleLimits.MESSAGE).read(pickle));
        } catch (PickleException e) {
            return "(no pickle: " + e.getMessage() + ")";
        }
    }

    static String of(PickleValue value) {
        return of(value, new Budget());
    }

    private static String of(PickleValue value, Budget budget) {
        PythonText writer = new PythonText(budget);
        writer.append(value);
        return writer.text.toString();
    }

    /** {@code value} as Python quotes a string, if it is ASCII. */
    static String quoted(String value) {
        char quote = value.contains("'") && !value.contains("\"") ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        value.chars().forEach(c -> quoted.append(escaped((char) c, quote)));
        return quoted.append(quote).toString();
    }

    private static String escaped(char c, char quote) {
        if (c == quote || c == '\\') {
            return "\\" + c;
        }
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> Character.isISOControl(c) ? String.format(Locale.ROOT, "\\x%02x", (int) c) : String.valueOf(c);
        };
    }

    private static String hex(String prefix, Octets octets) {
        return prefix + HexFormat.of().formatHex(octets.toByteArray());
    }

    private void append(PickleValue value) {
        budget.size--;
        if (budget.depth >= DEPTH_MAX || budget.size <= 0) {
            text.append(CUT);
            return;
        }
        budget.depth++;
        value.dispatch(this);
        budget.depth--;
    }

    private void emit(String part) {
        budget.size -= part.length();
        text.append(part);
    }

    private void append(String open, List<PickleValue> items, String close) {
        text.append(open);
        String separator = "";
        for (PickleValue item : items) {
            text.append(separator);
            append(item);
            if (budget.size <= 0) {
                break;
            }
            separator = ", ";
        }
        text.append(close);
    }

    @Override
    public void none() {
        emit("None");
    }

    @Override
    public void bool(PickleValue.Bool value) {
        emit(value.equals(PickleValue.Bool.TRUE) ? "True" : "False");
    }

    @Override
    public void integer(PickleValue.Int value) {
        emit(value.toString());
    }

    @Override
    public void longInt(PickleValue.LongInt value) {
        emit(value.value().toString());
    }

    @Override
    public void floating(PickleValue.Floating value) {
        emit(value.toString());
    }

    @Override
    public void text(PickleValue.Text value) {
        emit(value.utf8().isAscii() ? quoted(value.value()) : hex("u", value.utf8()));
    }

    @Override
    public void bytes(PickleValue.Bytes value) {
        emit(hex("b", value.octets()));
    }

    @Override
    public void byteString(PickleValue.ByteString value) {
        Octets octets = value.octets();
        emit(octets.isAscii() ? quoted(octets.latin1()) : hex("b", octets));
    }

    @Override
    public void byteArray(PickleValue.ByteArray value) {
        emit(hex("b", value.octets()));
    }

    @Override
    public void global(PickleValue.Global value) {
        emit(value.toString());
    }

    @Override
    public void extensionCode(PickleValue.ExtensionCode value) {
        emit(value.toString());
    }

    @Override
    public void tuple(PickleTuple value) {
        append("(", value.items(), value.items().size() == 1 ? ",)" : ")");
    }

    @Override
    public void list(PickleList value) {
        append("[", value.items(), "]");
    }

    @Override
    public void dict(PickleDict value) {
        // Keys come as text of their own, because they are sorted by it.
        record Item(String key, PickleValue value) {}

        List<Item> items = new ArrayList<>();
        for (PickleDict.Entry entry : value.entries()) {
            items.add(new Item(of(entry.key(), budget), entry.value()));
            if (budget.size <= 0) {
                break;
            }
        }
        items.sort(Comparator.comparing(Item::key));
        text.append('{');
        String separator = "";
        for (Item item : items) {
            text.append(separator).append(item.key()).append(": ");
            append(item.value());
            separator = ", ";
        }
        text.append('}');
    }

    @Override
    public void set(PickleSet value) {
        append(value.isFrozen() ? "frozenset([" : "set([", value.items(), "])");
    }

    @Override
    public void object(PickleObject value) {
        value.asBytes().ifPresentOrElse(bytes -> emit(hex("b", bytes)), () -> emit(value.toString()));
    }

    @Override
    public void persistentReference(PersistentReference value) {
        emit(value.toString());
    }

    /** What may still be written: values that are shared over and over could make a short pickle endless. */
    private static final class Budget {
        private int depth;
        private int size = 1 << 16;
    }
}
