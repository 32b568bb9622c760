package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A list with a record of its own ({@code persistent.list.PersistentList}).
 *
 * <p>For items, iterators and {@code equals} the same holds as for {@link PersistentMapping}; an iterator removes and sets by index.
 *
 * <p>Threading and errors: as {@link Persistent}. Source: persistent, {@code list.py}.
 */
public final class PersistentList extends AbstractList<@Nullable Object> implements RandomAccess, Persistent {
    private static final ContentAttribute<List<@Nullable Object>> NOT_LOADED = ContentAttribute.of(new ArrayList<>());

    private final Persistence persistence;
    private ContentAttribute<List<@Nullable Object>> state;

    /** A new one without items. */
    public PersistentList() {
        this(new PythonClass("persistent.list", "PersistentList"));
        state = ContentAttribute.of(new ArrayList<>());
    }

    /** A new one with the items of a collection. */
    public PersistentList(Collection<?> items) {
        this();
        items.forEach(item -> data().add(PythonNumbers.normalised(item)));
    }

    /** One whose state is in the database. */
    PersistentList(PythonClass pythonClass) {
        this.persistence = new Persistence(this, pythonClass, new Content());
        this.state = NOT_LOADED;
    }

    @Override
    public int size() {
        return loaded().size();
    }

    @Override
    public @Nullable Object get(int index) {
        return loaded().get(index);
    }

    @Override
    public int indexOf(@Nullable Object item) {
        return super.indexOf(PythonNumbers.normalised(item));
    }

    @Override
    public int lastIndexOf(@Nullable Object item) {
        return super.lastIndexOf(PythonNumbers.normalised(item));
    }

    @Override
    public boolean contains(@Nullable Object item) {
        return indexOf(item) >= 0;
    }

    @Override
    public boolean remove(@Nullable Object item) {
        return super.remove(PythonNumbers.normalised(item));
    }

    @Override
    public @Nullable Object set(int index, @Nullable Object item) {
        Object old = get(index); // checks the index before anything is noted as changed
        persistence.changed();
        data().set(index, PythonNumbers.normalised(item));
        return old;
    }

    @Override
    public void add(int index, @Nullable Object item) {
        if (index < 0 || index > size()) {
            throw new IndexOutOfBoundsException(index);
        }
        persistence.changed();
        modCount++;
        data().add(index, PythonNumbers.normalised(item));
    }

    @Override
    public @Nullable Object remove(int index) {
        Object old = get(index);
        persistence.changed();
        modCount++;
        data().remove(index);
        return old;
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        return listIterator();
    }

    @Override
    public ListIterator<@Nullable Object> listIterator(int index) {
        if (index < 0 || index > size()) {
            throw new IndexOutOfBoundsException(index);
        }
        return new ItemIterator(index);
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /** As Python prints a list, {@code [1, 'two']}; cut if it is long. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    @Override
    protected void removeRange(int from, int to) {
        if (from < to) {
            persistence.changed();
            modCount++;
            data().subList(from, to).clear();
        }
    }

    private List<@Nullable Object> loaded() {
        persistence.read();
        return data();
    }

    private List<@Nullable Object> data() {
        return state.content();
    }

    private final class Content implements State {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // items may be anything
        public void read(PickleValue pickled, ValueReader values) throws UnreadableStateException {
            state = (ContentAttribute) ContentAttribute.read(pickled, values, ArrayList.class, "list");
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

    /** Walks the list that is here when it begins, even if that is dropped; changes the one that is here then. */
    private final class ItemIterator implements ListIterator<@Nullable Object> {
        private final List<@Nullable Object> began = loaded();
        private final ListIterator<@Nullable Object> items;
        private int last = -1;

        private ItemIterator(int index) {
            items = began.listIterator(index);
        }

        @Override
        public boolean hasNext() {
            return items.hasNext();
        }

        @Override
        public @Nullable Object next() {
            last = items.nextIndex();
            return items.next();
        }

        @Override
        public boolean hasPrevious() {
            return items.hasPrevious();
        }

        @Override
        public @Nullable Object previous() {
            last = items.previousIndex();
            return items.previous();
        }

        @Override
        public int nextIndex() {
            return items.nextIndex();
        }

        @Override
        public int previousIndex() {
            return items.previousIndex();
        }

        @Override
        public void set(@Nullable Object item) {
            int index = checkedLast();
            persistence.changed();
            if (data() == began) {
                items.set(PythonNumbers.normalised(item));
            } else {
                PersistentList.this.set(index, item);
            }
        }

        @Override
        public void remove() {
            int index = checkedLast();
            persistence.changed();
            if (data() == began) {
                items.remove();
                modCount++;
            } else {
                PersistentList.this.remove(index);
            }
            last = -1;
        }

        @Override
        public void add(@Nullable Object item) {
            persistence.changed();
            if (data() == began) {
                items.add(PythonNumbers.normalised(item));
                modCount++;
            } else {
                PersistentList.this.add(Math.min(items.nextIndex(), size()), item);
            }
            last = -1;
        }

        private int checkedLast() {
            if (last < 0) {
                throw new IllegalStateException("no item to change");
            }
            return last;
        }
    }
}
