package io.zrs.lab.siege;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How often what has happened. Threading: confined to one thread. */
final class Tally {
    /** What is counted. */
    enum Event {
        PRIMARY_KILL("kills of primaries"),
        SECONDARY_KILL("kills of secondaries"),
        PYTHON_KILL("kills of Python secondaries"),
        ORDERLY_END("ends in order, by SIGTERM"),
        SUSPENSION("suspensions, by SIGSTOP"),
        START("starts"),
        REFUSED_STREAM("streams that secondaries refused as damaged"),
        FULL_DISK("full disks"),
        CONTINUED_BY_ITSELF("of them with more room and no restart"),
        PROMOTION("promotions"),
        LOST_BY_PROMOTION("commits that a promoted secondary had not got yet"),
        REFUSED_FORK("copies refused, as their history had parted, and made anew"),
        REJOINED_PRIMARY("former primaries that went on as secondaries"),
        TORN_TAIL("kills that left an unfinished transaction"),
        PACK("packs"),
        COMMIT("acknowledged commits"),
        JUDGEMENT("storages judged"),
        COMPARED_TRANSACTION("transactions compared"),
        VERIFICATION("storages without a finding of 'zrs verify'");

        private final String words;

        Event(String words) {
            this.words = words;
        }
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);
    private final Map<Mishap.Kind, Long> mishaps = new EnumMap<>(Mishap.Kind.class);

    void add(Event event) {
        add(event, 1);
    }

    void add(Event event, long count) {
        counts.merge(event, count, Long::sum);
    }

    /** Adds what has happened to the bytes of {@code proxy}. */
    void add(Proxy proxy) {
        for (Mishap.Kind kind : Mishap.Kind.values()) {
            long count = 0;
            for (Mishap.Direction direction : Mishap.Direction.values()) {
                count += proxy.count(direction, kind);
            }
            mishaps.merge(kind, count, Long::sum);
        }
    }

    long count(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    /** All that has happened, a line each. */
    void print(PrintWriter out) {
        mishaps.forEach((kind, count) -> print(out, count, kind.plural() + " while bytes were under way"));
        counts.forEach((event, count) -> print(out, count, event.words));
    }

    private static void print(PrintWriter out, long count, String words) {
        out.printf(Locale.ROOT, "%,9d %s%n", count, words);
    }
}
