package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.Oid;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Random graphs of objects, packed at random times; what could be seen at any moment from that time on must be seen then as before.
 *
 * <p>Threading: confined to one thread.
 */
final class PackModel {
    private static final int OIDS = 10;
    private static final int COMMITS = 25;

    /** What an object was from some transaction on; deleted if it has no text. */
    private record State(String text, List<Oid> references) {}

    private final PackContractTest test;
    private final Random random;
    private final Map<Oid, NavigableMap<Tid, State>> objects = new TreeMap<>();
    private final List<Tid> tids = new ArrayList<>();

    PackModel(PackContractTest test, Random random) {
        this.test = test;
        this.random = random;
    }

    void run() {
        for (int pack = 0; pack < 3; pack++) {
            for (int i = 0; i < COMMITS; i++) {
                commit();
            }
            Tid time = tids.get(random.nextInt(tids.size()));
            Garbage garbage = random.nextBoolean() ? Garbage.COLLECT : Garbage.KEEP;
            String when = "after a pack at " + time + ", " + garbage;
            Tid last = test.storage().lastTransaction();
            PackResult result = test.pack(time, garbage);
            assertEquals(last, test.storage().lastTransaction(), "lastTransaction " + when);
            assertTrue(result.bytesAfter() <= result.bytesBefore(), "the storage is no larger " + when + ": " + result);
            test.assertNumbers(result);
            check(time, when);
            if (garbage == Garbage.COLLECT) {
                checkGarbage(time, when);
            }
            forget(time, garbage);
        }
    }

    /** One transaction; all that it refers to exists at its end, or existed once and is referred to no more. */
    private void commit() {
        Map<Oid, State> changes = new TreeMap<>();
        if (tids.isEmpty()) {
            for (int oid = 0; oid < OIDS; oid++) {
                changes.put(new Oid(oid), randomState());
            }
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            changes.put(new Oid(random.nextInt(OIDS)), randomState());
        }
        Tid tid = test.commit(transaction -> changes.forEach((oid, state) -> {
            NavigableMap<Tid, State> states = objects.getOrDefault(oid, new TreeMap<>());
            Tid serial = states.isEmpty() ? Tid.NONE : states.lastKey();
            transaction.store(oid, serial, Records.list(state.text, state.references));
        }));
        tids.add(tid);
        changes.forEach((oid, state) ->
                objects.computeIfAbsent(oid, key -> new TreeMap<>()).put(tid, state));
    }

    /** Refers to objects that can be reached now, or are created with it, so that nothing dangles once there was a pack. */
    private State randomState() {
        List<Oid> alive = tids.isEmpty() ? allOids() : List.copyOf(reachable(tids.get(tids.size() - 1)));
        List<Oid> references = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            references.add(alive.get(random.nextInt(alive.size())));
        }
        return new State("state " + random.nextInt(1000), references);
    }

    private static List<Oid> allOids() {
        List<Oid> oids = new ArrayList<>();
        for (int oid = 0; oid < OIDS; oid++) {
            oids.add(new Oid(oid));
        }
        return oids;
    }

    private Set<Oid> reachable(Tid time) {
        Set<Oid> found = new HashSet<>(Set.of(Oid.ROOT));
        Deque<Oid> left = new ArrayDeque<>(found);
        while (!left.isEmpty()) {
            NavigableMap<Tid, State> states = objects.getOrDefault(left.remove(), new TreeMap<>());
            Map.Entry<Tid, State> state = states.floorEntry(time);
            if (state != null) {
                state.getValue().references.stream().filter(found::add).forEach(left::add);
            }
        }
        return found;
    }

    /** At each moment from {@code time} on all objects that can be reached are what they were. */
    private void check(Tid time, String when) {
        for (Tid moment : tids) {
            if (moment.compareTo(time) < 0) {
                continue;
            }
            for (Oid oid : reachable(moment)) {
                NavigableMap<Tid, State> states = objects.getOrDefault(oid, new TreeMap<>());
                Map.Entry<Tid, State> expected = states.floorEntry(moment);
                assertTrue(expected != null, "the model has " + oid + " at " + moment);
                if (expected != null) {
                    Expect.revision(
                            test.storage().loadBefore(oid, moment.next()),
                            expected.getKey(),
                            states.higherKey(expected.getKey()),
                            PackFixture.listText(
                                    expected.getValue().text,
                                    expected.getValue().references.toArray(Oid[]::new)),
                            "loadBefore(" + oid + ", " + moment.next() + ") " + when);
                }
            }
        }
    }

    /** Revisions that were not current at {@code time} are gone, and so are objects that nobody could reach, then or later. */
    private void checkGarbage(Tid time, String when) {
        Set<Oid> kept = reachable(time);
        tids.stream().filter(tid -> tid.compareTo(time) > 0).forEach(tid -> kept.addAll(reachable(tid)));
        objects.forEach((oid, states) -> {
            Tid current = states.floorKey(time);
            boolean isWrittenLater = states.higherKey(time) != null;
            for (Tid tid : states.headMap(time, true).keySet()) {
                if (!tid.equals(current) || !(kept.contains(oid) || isWrittenLater)) {
                    Expect.missing(oid, () -> test.storage().loadSerial(oid, tid), "loadSerial of garbage " + when);
                }
            }
        });
    }

    /** The model forgets what nobody can rely on. */
    private void forget(Tid time, Garbage garbage) {
        Tid last = tids.get(tids.size() - 1);
        if (garbage == Garbage.COLLECT) {
            objects.forEach((oid, states) -> {
                if (!reachable(last).contains(oid)) {
                    Tid serial = serial(oid);
                    if (serial.equals(Tid.NONE)) {
                        states.clear();
                    }
                }
            });
        }
        tids.removeIf(tid -> tid.compareTo(time) < 0);
        for (NavigableMap<Tid, State> states : objects.values()) {
            Tid current = states.floorKey(time);
            if (current != null) {
                states.headMap(current, false).clear();
            }
        }
    }

    private Tid serial(Oid oid) {
        try {
            return test.source().load(oid).tid();
        } catch (PosKeyException gone) {
            return Tid.NONE;
        }
    }
}
