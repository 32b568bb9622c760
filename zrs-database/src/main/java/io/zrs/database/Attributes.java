package io.zrs.database;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an object as a map, which looks at the state that the object has at the time of each call. An iterator goes on over the names that
 * were there when it began.
 *
 * <p>Threading: as its object.
 */
final class Attributes extends AbstractMap<String, @Nullable Object> {
    private final Supplier<ObjectState> read;
    private final Supplier<ObjectState> change;

    /**
     * A view.
     *
     * @param read gives the state to look at
     * @param change gives the state to change, and notes that it was changed
     */
    Attributes(Supplier<ObjectState> read, Supplier<ObjectState> change) {
        this.read = read;
        this.change = change;
    }

    @Override
    public int size() {
        return read.get().size();
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return read.get().contains(name);
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return read.get().get(name);
    }

    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        return change.get().put(name, value);
    }

    @Override
    public @Nullable Object remove(@Nullable Object name) {
        return containsKey(name) ? change.get().remove(name) : null;
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
                return new Entries(read.get());
            }

            @Override
            public int size() {
                return Attributes.this.size();
            }
        };
    }

    /** As Python prints a dictionary. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    private final class Entries implements Iterator<Map.Entry<String, @Nullable Object>> {
        private final ObjectState began;
        private final Iterator<String> names;
        private @Nullable String last;

        private Entries(ObjectState began) {
            this.began = began;
            this.names = began.names().iterator();
        }

        @Override
        public boolean hasNext() {
            return names.hasNext();
        }

        @Override
        public Map.Entry<String, @Nullable Object> next() {
            String name = names.next();
            last = name;
            return new SimpleEntry<String, @Nullable Object>(name, began.get(name)) {
                private static final long serialVersionUID = 1L;

                @Override
                public @Nullable Object setValue(@Nullable Object value) {
                    put(name, value);
                    return super.setValue(value);
                }
            };
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("next() comes first");
            }
            Attributes.this.remove(last);
            last = null;
        }
    }
}
