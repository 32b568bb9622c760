package io.zrs.storage;

/** Capability: a walk over the current revisions of all objects. Threading: thread-safe; each cursor is confined to one thread at a time. */
public interface RecordIteration {
    /**
     * Walks the current revisions in the order of their oids (unsigned), past objects that do not exist any more.
     *
     * @param start the first object has this oid or the next one after it
     */
    RecordCursor iterateRecords(Oid start);
}
