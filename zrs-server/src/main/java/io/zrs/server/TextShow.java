package io.zrs.server;

import io.zrs.database.BTree;
import io.zrs.database.BTreeSet;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Objects for people.
 *
 * <pre>
 * /person: app.models.Person 0x0169
 * tid 0x036c6b910ccccccc (2007-03-21 20:33:03.000000), 385 bytes
 *
 * name: 'Ada'
 * friends: → persistent.list.PersistentList 0x016c  [→ app.models.Person 0x016b]
 * </pre>
 */
final class TextShow implements ShowFormat {
    private final PrintWriter out;
    private final Storage storage;
    private final Lookups lookups;

    TextShow(PrintWriter out, Storage storage, Lookups lookups) {
        this.out = out;
        this.storage = storage;
        this.lookups = lookups;
    }

    @Override
    public void place(Place place, Page.Range range) {
        Shape shape;
        try {
            ObjectHead head = ObjectHead.of(storage, place.owner());
            shape = Shapes.ofContent(place.value());
            String name = head.className() + " " + head.oid();
            out.println(place.path() + ": " + (place.isObject() ? name : Shapes.typeName(shape) + " in " + name));
            boolean isTree = place.owner() instanceof BTree || place.owner() instanceof BTreeSet;
            out.println("tid " + Quantities.tid(head.tid()) + ", " + Quantities.count(head.size(), "byte")
                    + (isTree ? "; what lies in buckets has tids of its own" : ""));
        } catch (StorageException e) {
            out.println(place.path() + ": " + Shapes.name(place.owner()));
            out.println("(" + lookups.fault(e) + ")");
            return;
        }
        out.println();
        new TextContent(out, lookups, range).write(place);
    }

    @Override
    public void history(Place place, ObjectHistory history, int limit) {
        out.println(place.path() + ": " + Shapes.name(place.owner()) + ", newest first");
        Optional<CommitLine> revision = history.next();
        for (int count = 0; count < limit && revision.isPresent(); count++) {
            CommitLine each = revision.get();
            out.println(each.text(each.size() == null ? "deleted" : Quantities.count(each.size(), "byte")));
            revision = history.next();
        }
        revision.ifPresent(next -> out.println("… older ones: --at " + next.tid()));
    }

    @Override
    public void census(Oid start, Census census) {
        out.printf(Locale.ROOT, "%12s %15s  %s%n", "objects", "bytes", "class");
        census.byClass().entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Census.Count> entry) ->
                                -entry.getValue().bytes())
                        .thenComparing(Map.Entry::getKey))
                .forEach(entry -> line(entry.getValue(), entry.getKey()));
        line(census.all(), "in all, reachable from " + start);
        if (lookups.knowsBlobs()) {
            line(census.blobFiles(), "in files of blobs");
            if (census.missingBlobFileCount() > 0) {
                out.println(Quantities.count(census.missingBlobFileCount(), "blob")
                        + " without a file: never written, or lost");
            }
        }
        census.others().stream()
                .filter(others -> others > 0)
                .forEach(others -> out.println(Quantities.count(others, "other object")
                        + " in the storage, which cannot be reached from the root, or are deleted"));
        for (Census.Dangling each : census.dangling()) {
            out.println("dangling: " + each.oid() + " is not there"
                    + (each.from() == null ? "" : ", but " + each.fromClass() + " " + each.from() + " refers to it"));
        }
        more(census.danglingCount(), census.dangling().size(), "dangling");
        for (Census.Unreadable each : census.unreadable()) {
            out.println("unreadable: " + each.oid() + ", tid " + each.tid() + ": " + each.error());
        }
        more(census.unreadableCount(), census.unreadable().size(), "unreadable");
    }

    private void line(Census.Count count, String what) {
        out.printf(
                Locale.ROOT,
                "%12s %15s  %s%n",
                Quantities.count(count.objects()),
                Quantities.count(count.bytes()),
                what);
    }

    private void more(long all, int named, String what) {
        if (all > named) {
            out.println(what + ": " + Quantities.count(all - named) + " more");
        }
    }
}
