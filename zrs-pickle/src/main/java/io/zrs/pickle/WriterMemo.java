package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Text;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the memo entries of what is being written, and finds the entry of a value that comes again. A record's values
 * are the same if they are the same Java object, but for those that a Python process has only once: classes, and in
 * Python 3 strings of length 0 and 1, text only up to U+00FF. Of plain values only such strings are found again.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class WriterMemo {
    private final PickleForm form;
    private final OpcodeSink sink;
    private final boolean record;
    private final int memoMax;
    private final Map<PickleValue, Entry> byValue;
    private final Map<PickleValue, Entry> byIdentity;
    /** By their UTF-8. */
    private final Map<String, Text> names = new HashMap<>();

    private final IdentityHashMap<PickleValue, PickleValue> firstNames = new IdentityHashMap<>();
    private int count;
    private boolean sharesCompounds;

    private WriterMemo(PickleForm form, OpcodeSink sink, boolean record, int memoMax) {
        this.form = form;
        this.sink = sink;
        this.record = record;
        this.memoMax = memoMax;
        this.byValue = form.isStored() ? new HashMap<>() : Map.of();
        this.byIdentity = record ? new IdentityHashMap<>() : Map.of();
    }

    /** The memo of a pickle of plain values. */
    static WriterMemo ofPlainValues(PickleForm form, OpcodeSink sink) {
        return new WriterMemo(form, sink, false, Integer.MAX_VALUE);
    }

    /** The memo of a record. */
    static WriterMemo ofRecord(PickleForm form, OpcodeSink sink, int memoMax) {
        return new WriterMemo(form, sink, true, memoMax);
    }

    /** Whether {@link #get} would find {@code value}. */
    boolean contains(PickleValue value) {
        return entry(value) != null;
    }

    /** Whether a {@code GET} of a compound was written. */
    boolean sharesCompounds() {
        return sharesCompounds;
    }

    /** Writes a {@code GET} if {@code value} was put before, and tells whether it did. */
    boolean get(PickleValue value) throws PickleException {
        Entry entry = entry(value);
        if (entry == null) {
            return false;
        }
        entry.used = true;
        sharesCompounds |= value instanceof Compound;
        numbered(Opcode.BINGET, Opcode.LONG_BINGET, entry.number);
        return true;
    }

    /** Has {@code name} be the same as all names equal to it. */
    void unite(Text name) {
        Text first = names.putIfAbsent(name.utf8().latin1(), name);
        if (first != null) {
            firstNames.put(name, first);
        }
    }

    /** Writes a {@code PUT} of {@code value}, which was just written, if the form puts such values. */
    void put(PickleValue value) throws PickleException {
        if (!isPut(value)) {
            return;
        }
        if (count == memoMax) {
            throw new PickleException(Kind.MEMO_LIMIT, "more than " + memoMax + " memo entries");
        }
        Entry entry = new Entry(count++ + (form.isPython3() ? 0 : 1));
        PickleValue only = onlyOne(value);
        if (only != null) {
            byValue.put(only, entry);
        } else if (record) {
            byIdentity.put(firstNames.getOrDefault(value, value), entry);
        }
        numbered(Opcode.BINPUT, Opcode.LONG_BINPUT, entry.number);
    }

    /** Whether something refers to {@code value}, which {@link #contains} knows. */
    boolean isUsed(PickleValue value) {
        Entry entry = entry(value);
        return entry != null && entry.used;
    }

    /** Keeps {@code value}, which {@link #contains} knows, from being forgotten. */
    void use(PickleValue value) {
        Entry entry = entry(value);
        if (entry != null) {
            entry.used = true;
        }
    }

    /** Has {@code value} written whole when it comes again. */
    void forget(Compound value) {
        byIdentity.remove(value);
    }

    private boolean isPut(PickleValue value) {
        if (record || form == PickleForm.PYTHON3_STORED) {
            return true;
        }
        // Python 2 leaves out what nobody else refers to: in an extension that was read, everything but these two.
        return form.isStored() && (value instanceof PickleList || value instanceof PickleDict);
    }

    private @Nullable Entry entry(PickleValue value) {
        if (!form.isStored()) {
            return null;
        }
        PickleValue only = onlyOne(value);
        return only != null ? byValue.get(only) : byIdentity.get(firstNames.getOrDefault(value, value));
    }

    /** What all values have in common that are one object in Python because they are equal; null if there is no such rule. */
    private @Nullable PickleValue onlyOne(PickleValue value) {
        if (value instanceof Global) {
            return value;
        }
        if (!form.isPython3()) {
            return null;
        }
        if (value instanceof Text text) {
            return isShortText(text.utf8()) ? text : null;
        }
        if (value instanceof ByteString string && string.octets().size() <= 1) {
            return string.octets().isAscii() ? new Text(string.octets()) : new Bytes(string.octets());
        }
        return value instanceof Bytes bytes && bytes.octets().size() <= 1 ? bytes : null;
    }

    private static boolean isShortText(Octets utf8) {
        return utf8.size() < 2 || (utf8.size() == 2 && (utf8.at(0) | 1) == 0xc3);
    }

    private void numbered(int shortOpcode, int longOpcode, int number) throws PickleException {
        if (number <= 0xff) {
            sink.code(shortOpcode).u8(number);
        } else {
            sink.code(longOpcode).u32(number);
        }
    }

    private static final class Entry {
        private final int number;
        private boolean used;

        private Entry(int number) {
            this.number = number;
        }
    }
}
