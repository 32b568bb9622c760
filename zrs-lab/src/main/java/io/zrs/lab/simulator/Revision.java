package io.zrs.lab.simulator;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction made of one object. Threading: immutable; nobody writes to the arrays.
 */
final class Revision {
    private final Oid oid;
    private final Tid tid;
    private final byte @Nullable [] data;
    private final byte @Nullable [] blob;
    private final List<Oid> references;

    /**
     * A revision.
     *
     * @param data null if the object does not exist as of this revision
     * @param blob null if it is no blob
     * @param references the objects that it refers to
     */
    Revision(Oid oid, Tid tid, byte @Nullable [] data, byte @Nullable [] blob, List<Oid> references) {
        this.oid = oid;
        this.tid = tid;
        this.data = data;
        this.blob = blob;
        this.references = references;
    }

    /** The same content, as another transaction has brought it back; without {@code before} the object does not exist. */
    static Revision restored(Oid oid, Tid tid, @Nullable Revision before) {
        return before == null
                ? new Revision(oid, tid, null, null, List.of())
                : new Revision(oid, tid, before.data, before.blob, before.references);
    }

    Oid oid() {
        return oid;
    }

    Tid tid() {
        return tid;
    }

    byte @Nullable [] data() {
        return data;
    }

    byte @Nullable [] blob() {
        return blob;
    }

    boolean isBlob() {
        return blob != null;
    }

    boolean exists() {
        return data != null;
    }

    List<Oid> references() {
        return references;
    }
}
