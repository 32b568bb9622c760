package io.zrs.server;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.server.Findings.Kind;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what the current objects of a database refer to: whether all of it is there, and which objects nothing refers to any more.
 *
 * <p>References from objects that cannot be reached do not matter: the next pack removes them together. Weak references, and those to other databases,
 * do not count.
 *
 * <p>Threading: confined to one thread.
 */
final class ReferenceCheck {
    /**
     * Numbers for the summary.
     *
     * @param dangling objects that are referred to, but are not there
     * @param unreachable objects that are there, but cannot be reached from the root
     * @param unreachableBytes of their current records
     */
    record Counts(long dangling, long unreachable, long unreachableBytes) {
        static final Counts NONE = new Counts(0, 0, 0);
    }

    private final Path file;
    private final Findings findings;
    private final Progress progress;

    ReferenceCheck(Path file, Findings findings, Progress progress) {
        this.file = file;
        this.findings = findings;
        this.progress = progress;
    }

    /**
     * Looks at the objects as of a transaction.
     *
     * @param oids of all records up to that one
     */
    Counts run(OidSet oids, Tid last) {
        FileStorageOptions options = FileStorageOptions.of(Clock.systemUTC()).withMode(Mode.READ_ONLY);
        try (Storage storage = FileStorage.open(file, options)) {
            return run(storage, oids, last.next());
        } catch (StorageException e) {
            note("references were not looked at, as the file is damaged: " + e.getMessage());
            return Counts.NONE;
        }
    }

    private Counts run(Storage storage, OidSet oids, Tid before) {
        if (oids.count() == 0) {
            return Counts.NONE;
        }
        if (load(storage, Oid.ROOT, before) == null) {
            note("there is no root object, oid " + Oid.ROOT + ", so references were not looked at");
            return Counts.NONE;
        }
        long total = oids.count();
        Census census = Census.take(
                storage,
                before,
                Oid.ROOT,
                done -> progress.show(
                        "following references in " + file, done, total, Quantities.count(total, "object")));
        tellDangling(census);
        if (census.unreadableCount() > 0) {
            note("what " + Quantities.count(census.unreadableCount(), "object") + " that cannot be read may refer to"
                    + " counts as not referred to");
        }
        long[] unreachable = {0, 0};
        oids.forEach(oid -> {
            ObjectRevision revision = census.isReached(oid) ? null : load(storage, new Oid(oid), before);
            if (revision != null) {
                unreachable[0]++;
                unreachable[1] += revision.data().length;
            }
        });
        if (unreachable[0] > 0) {
            note(Quantities.count(unreachable[0], "object") + ", " + Quantities.bytes(unreachable[1])
                    + " without older revisions, cannot be reached from the root; a pack removes them");
        }
        return new Counts(census.danglingCount(), unreachable[0], unreachable[1]);
    }

    private void tellDangling(Census census) {
        for (Census.Dangling each : census.dangling()) {
            findings.add(
                    Kind.FINDING,
                    file.toString(),
                    "oid " + each.oid() + " is not there, but oid " + each.from() + " (" + each.fromClass()
                            + ") refers to it");
        }
        long others = census.danglingCount() - census.dangling().size();
        if (others > 0) {
            findings.add(
                    Kind.FINDING,
                    file.toString(),
                    Quantities.count(others, "more object") + (others == 1 ? " is" : " are")
                            + " referred to, but not there");
        }
    }

    private void note(String text) {
        findings.add(Kind.NOTE, file.toString(), text);
    }

    private static @Nullable ObjectRevision load(Storage storage, Oid oid, Tid before) {
        try {
            return storage.loadBefore(oid, before);
        } catch (PosKeyException e) {
            return null;
        }
    }
}
