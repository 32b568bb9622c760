package io.zrs.server;

import io.zrs.storage.Oid;
import java.io.IOException;

/** How {@code show} writes what it has found. Threading: confined to one thread. */
interface ShowFormat {
    /** Writes what is at a place; of a large collection only a part. */
    void place(Place place, Page.Range range) throws IOException;

    /** Writes the newest revisions of an object, {@code limit} at most. */
    void history(Place place, ObjectHistory history, int limit) throws IOException;

    /** Writes what can be reached from an object. */
    void census(Oid start, Census census) throws IOException;
}
