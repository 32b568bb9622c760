package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary with a record of its own ({@code persistent.mapping.PersistentMapping}, also pickled as {@code PersistentDict}); the root object is
 * one. Keys are in the order in which they came.
 *
 * <p>Keys and values are what {@link PythonTypes} lists; null is Python's {@code None}. Integers of all Java types are one type, {@link Long}, as
 * {@code float} is {@link Double}: they are read so, and {@code get(1)} finds what {@code put(1L, …)} has put. Whether anything else can be stored is
 * checked when it is committed. A list or dictionary that is a value belongs to the state: after a change inside of it say {@link #changed}.
 *
 * <p>Iterators go on over what they began with, though the connection moves on; to remove or set by them acts on what is here now. Two mappings are
 * equal, as all maps, if they have the same entries.
 *
 * <p>Threading and errors: as {@link Persistent}. Source: persistent, {@code mapping.py}.
 */
public final class PersistentMapping extends AbstractMap<@Nullable Object, @Nullable Object> implements Persistent {
    private static final ContentAttribute<Map<@Nullable Object, @Nullable Object>> NOT_LOADED =
            ContentAttribute.of(new LinkedHashMap<>());

    private final Persistence persistence;
    private ContentAttribute<Map<@Nullable Object, @Nullable Object>> state;

    /** A new one without entries. */
    public PersistentMapping() {
        this(new PythonClass("persistent.mapping", "PersistentMapping"));
        state = ContentAttribute.of(new LinkedHashMap<>());
    }

    /** A new one with the entries of another map. */
    public PersistentMapping(Map<?, ?> entries) {
        this();
        entries.forEach((key, value) -> data().put(PythonNumbers.normalised(key), PythonNumbers.normalised(value)));
    }

    /** One whose state is in the database. */
    PersistentMapping(PythonClass pythonClass) {
        this.persistence = new Persistence(this, pythonClass, new Content());
        this.state = NOT_LOADED;
    }

    @Override
    public int size() {
        return loaded().size();
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return loaded().containsKey(PythonNumbers.normalised(key));
    }

    @Override
    public boolean containsValue(@Nullable Object value) {
        return super.containsValue(PythonNumbers.normalised(value));
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return loaded().get(PythonNumbers.normalised(key));
    }

    /**
     * The value of a key, which must be there.
     *
     * @throws java.util.NoSuchElementException if it is not, or is None
     * @throws ClassCastException if it is not of {@code type}
     */
    public <T> T get(Object key, Class<T> type) {
        return Typed.cast(key, get(key), type);
    }

    @Override
    public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
        persistence.changed();
        return data().put(PythonNumbers.normalised(key), PythonNumbers.normalised(value));
    }

    @Override
    public @Nullable Object remove(@Nullable Object key) {
        if (!containsKey(key)) {
            return null;
        }
        persistence.changed();
        return data().remove(PythonNumbers.normalised(key));
    }

    @Override
    public void clear() {
        if (!isEmpty()) {
            persistence.changed();
            data().clear();
        }
    }

    @Override
    public Set<@Nullable Object> keySet() {
        return new Keys();
    }

    @Override
    public Set<Entry<@Nullable Object, @Nullable Object>> entrySet() {
        return new Entries();
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /** As Python prints a dictionary, {@code {'x': 1}}; cut if it is long. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    private Map<@Nullable Object, @Nullable Object> loaded() {
        persistence.read();
        return data();
    }

    private Map<@Nullable Object, @Nullable Object> data() {
        return state.content();
    }

    private final class Content implements State {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // keys and values may be anything
        public void read(PickleValue pickled, ValueReader values) throws UnreadableStateException {
            state = (ContentAttribute) ContentAttribute.read(pickled, values, LinkedHashMap.class, "dictionary");
        }

        @Override
        public PickleValue write(ValueWriter values) {
            return values.attributes(state.attributes());
        }

        @Override
        public void forget() {
            state = NOT_LOADED;
        }
    }

    private final class Keys extends AbstractSet<@Nullable Object> {
        @Override
        public Iterator<@Nullable Object> iterator() {
            EntryIterator entries = new EntryIterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public @Nullable Object next() {
                    return entries.next().getKey();
                }

                @Override
                public void remove() {
                    entries.remove();
                }
            };
        }

        @Override
        public int size() {
            return PersistentMapping.this.size();
        }

        @Override
        public boolean contains(@Nullable Object key) {
            return containsKey(key);
        }

        @Override
        public boolean remove(@Nullable Object key) {
            boolean found = containsKey(key);
            PersistentMapping.this.remove(key);
            return found;
        }

        @Override
        public void clear() {
            PersistentMapping.this.clear();
        }
    }

    private final class Entries extends AbstractSet<Entry<@Nullable Object, @Nullable Object>> {
        @Override
        public Iterator<Entry<@Nullable Object, @Nullable Object>> iterator() {
            return new EntryIterator();
        }

        @Override
        public int size() {
            return PersistentMapping.this.size();
        }

        @Override
        public void clear() {
            PersistentMapping.this.clear();
        }
    }

    private final class EntryIterator implements Iterator<Entry<@Nullable Object, @Nullable Object>> {
        private final Map<@Nullable Object, @Nullable Object> began = loaded();
        private final Iterator<Entry<@Nullable Object, @Nullable Object>> entries =
                began.entrySet().iterator();
        private @Nullable Entry<@Nullable Object, @Nullable Object> last;

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public Entry<@Nullable Object, @Nullable Object> next() {
            last = entries.next();
            return new MappingEntry(last);
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("no entry to remove");
            }
            persistence.changed();
            if (data() == began) {
                entries.remove();
            } else {
                data().remove(last.getKey());
            }
            last = null;
        }
    }

    /** An entry whose value can be set though the state is dropped. */
    private final class MappingEntry extends SimpleEntry<@Nullable Object, @Nullable Object> {
        private static final long serialVersionUID = 1L;

        private MappingEntry(Entry<@Nullable Object, @Nullable Object> stored) {
            super(stored);
        }

        @Override
        public @Nullable Object setValue(@Nullable Object value) {
            if (containsKey(getKey())) {
                put(getKey(), value);
            }
            return super.setValue(PythonNumbers.normalised(value));
        }
    }
}
