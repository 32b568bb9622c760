package io.zrs.database;

import io.zrs.storage.Oid;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an object in another database. It is kept and written again, but leads nowhere here.
 *
 * <p>Threading: immutable.
 *
 * @param database the name that the application has given to the other database
 * @param oid the object there
 * @param pythonClass its class, null if the reference does not say
 * @param strength whether it keeps the object alive
 */
public record CrossDatabaseReference(
        String database, Oid oid, @Nullable PythonClass pythonClass, Strength strength) {
    /** Whether a reference keeps its target alive. Packing looks at one database alone, so that even strong ones do not in practice. */
    public enum Strength {
        /** An ordinary reference. */
        STRONG,
        /** A {@code WeakRef}. */
        WEAK
    }

    /** For example {@code <app.models.Person 0x016b in 'catalog'>}. */
    @Override
    public String toString() {
        String target = pythonClass == null ? oid.toString() : pythonClass + " " + oid;
        return "<" + (strength == Strength.WEAK ? "WeakRef to " : "") + target + " in " + PythonRepr.of(database) + ">";
    }
}
