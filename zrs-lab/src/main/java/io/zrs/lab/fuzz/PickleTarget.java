package io.zrs.lab.fuzz;

import io.zrs.pickle.NotPlainException;
import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleWriter;
import io.zrs.pickle.RecordScanner;
import io.zrs.pickle.RecordWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input as a record of two pickles.
 *
 * <p>It is two values or a {@link PickleException}. Values are equal to what is read from the same bytes once more, and from what is written of them; what
 * they refer to is found without reading them, too.
 */
final class PickleTarget implements FuzzTarget {
    private static final int PRINTED_SIZE_MAX = 100_000;

    private final PickleReader reader = new PickleReader(PickleLimits.RECORD);
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);

    @Override
    public void run(byte[] input) {
        ByteBuffer bytes = ByteBuffer.wrap(input);
        RecordScanner.isBlob(bytes);
        scanner.className(bytes);
        Set<Long> scanned = scan(bytes);
        Check.that(bytes.position() == 0, "a scanner moves the position");
        Pair record = read(input);
        if (record == null) {
            return;
        }
        Check.that(record.equals(read(input)), "what is read twice is not the same");
        Check.that(record.toString().length() < PRINTED_SIZE_MAX, "what is printed is not cut");
        if (scanned != null) {
            Check.that(scanned.containsAll(references(record)), "a scanner misses a reference");
        }
        boolean isPython3 = values(record).stream().allMatch(PickleTarget::isPython3);
        writeRecord(record, PickleForm.PYTHON3_STORED, isPython3);
        writeRecord(record, PickleForm.PYTHON2_STORED, false);
        for (PickleForm form : PickleForm.values()) {
            writePlain(record.second, form);
        }
    }

    private @Nullable Pair read(byte[] input) {
        ByteBuffer bytes = ByteBuffer.wrap(input);
        int position = 0;
        try {
            PickleValue first = reader.read(bytes);
            position = bytes.position();
            PickleValue second = reader.read(bytes);
            reader.reset();
            return new Pair(first, second);
        } catch (PickleException e) {
            Check.that(bytes.position() == position, "a reader that fails moves the position");
            return null;
        }
    }

    private @Nullable Set<Long> scan(ByteBuffer bytes) {
        Set<Long> oids = new HashSet<>();
        try {
            scanner.references(bytes, oids::add);
            return oids;
        } catch (PickleException e) {
            return null;
        }
    }

    private void writeRecord(Pair record, PickleForm form, boolean isSame) {
        RecordWriter writer = new RecordWriter(form, PickleLimits.RECORD);
        byte[] written;
        try {
            written = writer.record(record.first, record.second);
        } catch (PickleException e) {
            return; // no opcodes for some value
        }
        Pair again = read(written);
        if (again == null) {
            throw new AssertionError("cannot read what was written as " + form);
        }
        Check.that(!isSame || again.equals(record), "what was written as " + form + " is not the same");
        try {
            Check.that(
                    Arrays.equals(written, writer.record(again.first, again.second)),
                    "what was written as " + form + " is written in another way");
        } catch (PickleException e) {
            throw new AssertionError("cannot write what was read of what was written as " + form, e);
        }
    }

    private void writePlain(PickleValue value, PickleForm form) {
        byte[] written;
        try {
            written = new PickleWriter(form, PickleLimits.MESSAGE).pickle(value);
        } catch (NotPlainException e) {
            return;
        }
        try {
            reader.read(ByteBuffer.wrap(written));
            reader.reset();
        } catch (PickleException e) {
            throw new AssertionError("cannot read what was written as " + form, e);
        }
    }

    /** The oids of strong references in both values. */
    private static Set<Long> references(Pair record) {
        Set<Long> oids = new HashSet<>();
        for (PickleValue value : values(record)) {
            if (value instanceof PersistentReference reference) {
                oid(reference.id()).ifPresent(oids::add);
            }
        }
        return oids;
    }

    private static Set<PickleValue> values(Pair record) {
        Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<PickleValue> left = new ArrayDeque<>(List.of(record.first, record.second));
        while (!left.isEmpty()) {
            PickleValue value = left.pop();
            if (seen.add(value)) {
                value.children().forEach(left::push);
            }
        }
        return seen;
    }

    /** Whether Python 3 writes it as it is: it has no other strings, and writes an integer in the form that its size asks for. */
    private static boolean isPython3(PickleValue value) {
        boolean isSmall = value instanceof PickleValue.Int number && number.value() == (int) number.value();
        return isSmall
                || !(value instanceof PickleValue.Int
                        || value instanceof PickleValue.LongInt
                        || value instanceof PickleValue.ByteString);
    }

    private static OptionalLong oid(PickleValue id) {
        PickleValue first = id instanceof PickleTuple tuple && !tuple.items().isEmpty()
                ? tuple.items().get(0)
                : id;
        Octets octets = first instanceof PickleValue.Text text
                ? text.utf8()
                : first.asBytes().orElse(null);
        return octets == null || octets.size() != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(octets.asByteBuffer().getLong());
    }

    private record Pair(PickleValue first, PickleValue second) {}
}
