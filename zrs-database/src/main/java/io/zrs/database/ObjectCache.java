package io.zrs.database;

import io.zrs.storage.Oid;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a connection that anybody can still reach, by oid: there is one Java object for an oid.
 *
 * <p>Threading: as its connection.
 */
final class ObjectCache {
    private final Map<Long, Entry> entries = new HashMap<>();
    private final ReferenceQueue<Persistent> unreachable = new ReferenceQueue<>();

    private static final class Entry extends WeakReference<Persistent> {
        private final long oid;

        private Entry(long oid, Persistent object, ReferenceQueue<Persistent> queue) {
            super(object, queue);
            this.oid = oid;
        }
    }

    @Nullable
    Persistent get(long oid) {
        Entry entry = entries.get(oid);
        return entry == null ? null : entry.get();
    }

    void put(Oid oid, Persistent object) {
        removeUnreachable();
        entries.put(oid.value(), new Entry(oid.value(), object, unreachable));
    }

    void remove(Oid oid) {
        entries.remove(oid.value());
    }

    void forEach(Consumer<Persistent> action) {
        for (Entry entry : entries.values()) {
            Persistent object = entry.get();
            if (object != null) {
                action.accept(object);
            }
        }
    }

    private void removeUnreachable() {
        for (Object entry = unreachable.poll(); entry != null; entry = unreachable.poll()) {
            entries.remove(((Entry) entry).oid, entry);
        }
    }
}
