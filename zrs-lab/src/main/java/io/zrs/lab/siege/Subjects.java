package io.zrs.lab.siege;

import io.zrs.database.Blob;
import io.zrs.database.Blob.WriteMode;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.lab.Site;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects that are changed all the time; the root refers to each of them, so that no pack takes them for garbage. Their oids are the lowest.
 *
 * <p>Threading: immutable.
 */
record Subjects(List<Oid> mappings, List<Oid> blobs) {
    private static final int MAPPING_COUNT = 40;
    private static final int BLOB_COUNT = 12;

    /** Makes them in a storage that is made. */
    static void create(Site site) throws IOException {
        try (Database database = Database.open(site.open(Clock.systemUTC()));
                Connection connection = database.open()) {
            for (int i = 0; i < MAPPING_COUNT; i++) {
                connection.root().put("mapping " + i, new PersistentMapping());
            }
            for (int i = 0; i < BLOB_COUNT; i++) {
                Blob blob = new Blob();
                connection.root().put("blob " + i, blob);
                try (OutputStream out = blob.openStream(WriteMode.TRUNCATE)) {
                    out.write(i);
                }
            }
            connection.commit();
        }
    }

    /** Finds them again. */
    static Subjects of(Storage storage) {
        List<Oid> mappings = new ArrayList<>();
        List<Oid> blobs = new ArrayList<>();
        for (int i = 1; i <= MAPPING_COUNT + BLOB_COUNT; i++) {
            Oid oid = new Oid(i);
            boolean isBlob =
                    RecordScanner.isBlob(ByteBuffer.wrap(storage.load(oid).data()));
            (isBlob ? blobs : mappings).add(oid);
        }
        return new Subjects(mappings, blobs);
    }

    /** Whether {@code oid} is one of them, or the root. */
    static boolean has(Oid oid) {
        return oid.value() >= 0 && oid.value() <= MAPPING_COUNT + BLOB_COUNT;
    }

    /** Every {@code count}th of them, from {@code first} on. */
    Subjects share(int first, int count) {
        return new Subjects(share(mappings, first, count), share(blobs, first, count));
    }

    private static List<Oid> share(List<Oid> all, int first, int count) {
        List<Oid> share = new ArrayList<>();
        for (int i = first; i < all.size(); i += count) {
            share.add(all.get(i));
        }
        return share;
    }
}
