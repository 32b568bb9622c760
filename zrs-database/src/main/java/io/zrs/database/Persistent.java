package io.zrs.database;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.Optional;

/**
 * An object with a record of its own in the database. Its state is loaded when it is first needed, and may be dropped and loaded again.
 *
 * <p>Methods that need the state throw {@link io.zrs.storage.PosKeyException} if there is no such object (a dangling reference), {@link
 * ReadConflictException} if its revision was packed away, {@link UnreadableObjectException} if its record makes no sense, and {@link
 * IllegalStateException} if the connection is closed; methods that change it throw {@link io.zrs.storage.ReadOnlyException} on a connection that
 * cannot commit. None of them changes anything then.
 *
 * <p>Threading: belongs to its connection; needs outside synchronisation.
 */
public sealed interface Persistent
        permits PersistentMapping, PersistentList, Length, Blob, BTree, BTreeSet, PersistentObject {
    /** What ties it to its connection: the attributes that Python calls {@code _p_…}. */
    Persistence persistence();

    /** Its identity; none while it is new, that is neither committed nor {@linkplain Connection#add added}. */
    default Optional<Oid> oid() {
        return persistence().oid();
    }

    /** The transaction that wrote the revision seen here, {@link Tid#NONE} if none did yet. Loads the object. */
    default Tid serial() {
        return persistence().serial();
    }

    /** The class that its record names. */
    default PythonClass pythonClass() {
        return persistence().pythonClass();
    }

    /** Says that the state was changed inside, for example a list in an attribute: it is then written by the next commit. */
    default void changed() {
        persistence().changed();
    }
}
