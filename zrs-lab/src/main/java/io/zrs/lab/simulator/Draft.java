package io.zrs.lab.simulator;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of one object in a transaction that is not written yet. Threading: immutable; nobody writes to the arrays.
 */
final class Draft {
    private final byte @Nullable [] data;
    private final byte @Nullable [] blob;
    private final List<Oid> references;

    private Draft(byte @Nullable [] data, byte @Nullable [] blob, List<Oid> references) {
        this.data = data;
        this.blob = blob;
        this.references = references;
    }

    static Draft list(List<Oid> references, byte[] filler) {
        return new Draft(Records.list(references, filler), null, List.copyOf(references));
    }

    static Draft blob(byte[] content) {
        return new Draft(Records.blob(), content, List.of());
    }

    static Draft deletion() {
        return new Draft(null, null, List.of());
    }

    Revision revision(Oid oid, Tid tid) {
        return new Revision(oid, tid, data, blob, references);
    }
}
