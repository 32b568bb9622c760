package io.zrs.pickle;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A dictionary: pairs in the order of the pickle, and not a hash map, because keys may be anything and hostile. A key
 * that comes twice is there twice; in Python the later value counts. Threading and comparison: {@link PickleValue}.
 */
public final class PickleDict extends Compound {
    private List<PickleValue> keysAndValues = List.of();

    /**
     * One key with its value.
     *
     * @param key any value, though Python needs one that can be hashed
     * @param value any value
     */
    public record Entry(PickleValue key, PickleValue value) {}

    PickleDict() {}

    /** The dictionary with {@code entries}. */
    public static PickleDict of(Entry... entries) {
        return of(List.of(entries));
    }

    /** The dictionary with {@code entries}. */
    public static PickleDict of(List<Entry> entries) {
        List<PickleValue> flat = new ArrayList<>();
        for (Entry entry : entries) {
            flat.add(entry.key());
            flat.add(entry.value());
        }
        PickleDict dict = new PickleDict();
        dict.putAll(flat);
        return dict;
    }

    /** A builder of a dictionary that may be put somewhere before it is complete: into itself, too. */
    public static Builder builder() {
        return new Builder();
    }

    /** Number of pairs. */
    public int size() {
        return keysAndValues.size() / 2;
    }

    /** The pairs, unmodifiable: a view that makes each entry when it is asked for. */
    public List<Entry> entries() {
        return Lists.transform(Lists.partition(children(), 2), pair -> new Entry(pair.get(0), pair.get(1)));
    }

    /** The last value whose key is the {@link Text} or {@link ByteString} {@code key}, which is ASCII. */
    public Optional<PickleValue> get(String key) {
        Text text = Text.of(key);
        ByteString byteString = new ByteString(text.utf8());
        for (int i = keysAndValues.size() - 2; i >= 0; i -= 2) {
            PickleValue each = keysAndValues.get(i);
            if (text.equals(each) || byteString.equals(each)) {
                return Optional.of(keysAndValues.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /** Key, value, key, value, and so on. */
    @Override
    public List<PickleValue> children() {
        return Collections.unmodifiableList(keysAndValues);
    }

    @Override
    public <X extends Exception> void dispatch(Handler<X> handler) throws X {
        handler.dict(this);
    }

    /** Adds pairs, given as key, value, key, value; answers as {@link #adopt} does. */
    boolean putAll(List<? extends PickleValue> more) {
        if (keysAndValues.isEmpty()) {
            keysAndValues = new ArrayList<>(more.size());
        }
        boolean exact = true;
        for (int i = 0; i < more.size(); i++) {
            keysAndValues.add(more.get(i));
            exact &= adopt(more.get(i));
        }
        return exact;
    }

    /**
     * Fills one dictionary.
     *
     * <p>Threading: needs outside synchronisation, together with its dictionary, as long as it is used.
     */
    public static final class Builder {
        private final PickleDict dict = new PickleDict();

        private Builder() {}

        /** The dictionary, each time the same one: it holds what was put so far, and will hold what is put later. */
        public PickleDict value() {
            return dict;
        }

        /** Adds a pair at the end, also if the key is there already. */
        public Builder put(PickleValue key, PickleValue value) {
            dict.putAll(List.of(key, value));
            return this;
        }
    }
}
