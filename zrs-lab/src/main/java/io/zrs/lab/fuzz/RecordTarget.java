package io.zrs.lab.fuzz;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PythonRepr;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/**
 * Loads and prints an object whose record, and that of all objects that it refers to, is the input: what is linked may be linked in circles.
 *
 * <p>It is an object, or a {@link StorageException} says why not.
 */
final class RecordTarget implements FuzzTarget {
    private static final int ITEMS_MAX = 1_000;

    @Override
    public void run(byte[] input) {
        try (Database database = Database.open(new OneRecordStorage(input));
                Connection connection = database.open()) {
            Object object = connection.get(new Oid(1));
            PythonRepr.of(object);
            if (object instanceof Map<?, ?> map) {
                walk(map.entrySet());
                find("key", map);
                Check.that(map.isEmpty() == (map.size() == 0), "an empty mapping of some size");
            } else if (object instanceof Collection<?> items) {
                walk(items);
            }
        } catch (StorageException e) {
            // The other of two outcomes.
        }
    }

    private static void find(String key, Map<?, ?> map) {
        try {
            map.get(key);
        } catch (ClassCastException e) {
            // The keys cannot be compared with a string.
        }
    }

    private static void walk(Collection<?> items) {
        Iterator<?> iterator = items.iterator();
        for (int i = 0; i < ITEMS_MAX && iterator.hasNext(); i++) {
            iterator.next();
        }
    }
}
