package io.zrs.server;

import io.zrs.database.Persistent;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;

/**
 * What is known of an object without looking at its state.
 *
 * @param tid of the revision
 * @param size of its record in bytes
 */
record ObjectHead(String className, Oid oid, Tid tid, long size) {
    /**
     * Loads an object.
     *
     * @throws io.zrs.storage.StorageException if it cannot be read
     */
    static ObjectHead of(Storage storage, Persistent object) {
        Tid tid = object.serial();
        Oid oid = object.oid().orElseThrow();
        return new ObjectHead(object.pythonClass().toString(), oid, tid, storage.loadSerial(oid, tid).length);
    }
}
