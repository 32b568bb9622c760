package io.zrs.database;

import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference that does not keep its target in the database ({@code persistent.wref.WeakRef}): a pack may remove it. Each is equal to itself alone.
 *
 * <p>Threading and errors: as {@link Persistent}. Source: persistent, {@code wref.py}; ZODB, {@code serialize.py}.
 */
public final class WeakRef {
    private final @Nullable Persistent target;
    private final @Nullable Connection connection;
    private final Oid oid;

    private WeakRef(@Nullable Persistent target, @Nullable Connection connection, Oid oid) {
        this.target = target;
        this.connection = connection;
        this.oid = oid;
    }

    /** A weak reference to {@code target}. If that is new, the commit that writes the reference adds it to the database. */
    public static WeakRef to(Persistent target) {
        return new WeakRef(target, null, Oid.ROOT);
    }

    /** A weak reference out of a record; whether its target exists is not looked up before somebody asks. */
    static WeakRef read(Connection connection, Oid oid) {
        return new WeakRef(null, connection, oid);
    }

    /** The target: a {@link Persistent}, or what the application has registered for its class; empty if it is not there any more. */
    public Optional<Object> get() {
        if (target != null || connection == null) {
            return Optional.ofNullable(target);
        }
        try {
            return Optional.of(connection.get(oid));
        } catch (PosKeyException e) {
            if (e.oid().equals(oid)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The target's identity; none while it is new. */
    public Optional<Oid> oid() {
        return target == null ? Optional.of(oid) : target.oid();
    }

    /** For example {@code <WeakRef to 0x016b>}. */
    @Override
    public String toString() {
        return "<WeakRef to " + oid().map(Oid::toString).orElse("a new object") + ">";
    }

    /** The target that was given, null if the reference was read. */
    @Nullable
    Persistent target() {
        return target;
    }

    /** The connection that it was read from, null if the target was given. */
    @Nullable
    Connection connection() {
        return connection;
    }
}
