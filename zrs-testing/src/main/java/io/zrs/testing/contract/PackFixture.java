package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import java.util.List;

/** What the tests of packs share: objects that refer to each other. Threading: as the tests that extend it. */
abstract class PackFixture extends StorageFixture {
    Packable packing() {
        return capability(storage(), Packable.class);
    }

    PackResult pack(Tid time, Garbage garbage) {
        return packing().pack(time, garbage, PackListener.NONE);
    }

    /** Commits one object that refers to others. */
    Tid storeList(Oid oid, Tid oldSerial, String text, Oid... references) {
        return commit(transaction -> transaction.store(oid, oldSerial, Records.list(text, List.of(references))));
    }

    /** The current revision. */
    void assertList(Oid oid, Tid tid, String text, Oid... references) {
        Expect.current(storage(), oid, tid, listText(text, references));
    }

    static String listText(String text, Oid... references) {
        byte[] record = new byte[Records.list(text, List.of(references)).remaining()];
        Records.list(text, List.of(references)).get(record);
        return text(record);
    }

    /** That a revision is there no more. */
    void assertPacked(Oid oid, Tid tid) {
        Expect.missing(oid, () -> storage().loadSerial(oid, tid), "loadSerial of a revision that was packed");
    }

    /** That the numbers of a result are those of the storage. */
    void assertNumbers(PackResult result) {
        assertEquals(storage().sizeInBytes(), result.bytesAfter(), "bytesAfter is sizeInBytes after the pack");
        assertEquals(storage().objectCount(), result.objectsAfter(), "objectsAfter is objectCount after the pack");
    }
}
