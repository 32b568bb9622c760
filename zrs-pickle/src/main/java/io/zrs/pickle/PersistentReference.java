package io.zrs.pickle;

import java.util.List;

/**
 * A reference to an object outside the pickle ({@code PERSID}, {@code BINPERSID}). In ZODB its id is an oid, a tuple of
 * oid and class, or a list for weak and foreign references. Threading and comparison: {@link PickleValue}.
 */
public final class PersistentReference extends Compound {
    private final PickleValue id;

    private PersistentReference(PickleValue id) {
        this.id = id;
        adopt(id);
    }

    /** A reference with {@code id}. */
    public static PersistentReference of(PickleValue id) {
        return new PersistentReference(id);
    }

    /** The persistent id: any value; a {@link PickleValue.ByteString} if the pickle gives it as a line of text. */
    public PickleValue id() {
        return id;
    }

    @Override
    public List<PickleValue> children() {
        return List.of(id);
    }

    @Override
    public <X extends Exception> void dispatch(Handler<X> handler) throws X {
        handler.persistentReference(this);
    }
}
