package io.zrs.lab.siege;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What committers were told to be committed, and what they had begun when they were ended: read from what {@link CommittingPrimary} processes print.
 *
 * <pre>
 * try COMMITTER OID=DIGEST...    before a commit, with all that it changes
 * done COMMITTER TID             it is committed
 * refused COMMITTER              it cannot be
 * packing TID, packed, fault TEXT
 * </pre>
 *
 * <p>Threading: confined to one thread.
 */
final class Chronicle {
    /** A pack has ended. */
    static final String PACKED = "packed";

    /** Comes before what has gone wrong. */
    static final String FAULT = "fault";

    private static final String TRIES = "try";
    private static final String DONE = "done";
    private static final String PACKING = "packing";
    private static final String REFUSED = "refused";

    private final NavigableMap<Tid, Map<Oid, String>> commits = new TreeMap<>();
    private final Map<Integer, Map<Oid, String>> tries = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private Path log;
    private long position;
    private int acknowledged;
    private int packs;
    private Tid packedTo = Tid.NONE;

    /** A chronicle in which nothing has happened. */
    Chronicle(Path log) {
        this.log = log;
    }

    static String tries(int committer, Map<Oid, String> digests) {
        return TRIES + " " + committer + " "
                + digests.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "));
    }

    static String done(int committer, Tid tid) {
        return DONE + " " + committer + " " + tid;
    }

    static String refused(int committer) {
        return REFUSED + " " + committer;
    }

    static String packing(Tid time) {
        return PACKING + " " + time;
    }

    /** From now on another process writes, into another file. */
    void follow(Path next) {
        log = next;
        position = 0;
        tries.clear();
    }

    /** Takes what has been printed meanwhile, as far as lines are whole. */
    void read() throws IOException {
        if (!Files.exists(log)) {
            return;
        }
        byte[] all = Files.readAllBytes(log);
        String more = new String(all, (int) position, (int) (all.length - position), StandardCharsets.ISO_8859_1);
        String whole = more.substring(0, more.lastIndexOf('\n') + 1);
        position += whole.length();
        whole.lines().forEach(line -> read(line, line.split(" ", -1)));
    }

    /** It is committed, although nobody was told. */
    void adopt(Tid tid, Map<Oid, String> content) {
        tries.values().remove(content);
        commits.put(tid, content);
    }

    /** Forgets what came after {@code last}, for it has been lost with its storage; how much that was. */
    int branch(Tid last) {
        Map<Tid, Map<Oid, String>> lost = commits.tailMap(last, false);
        int count = lost.size();
        lost.clear();
        return count;
    }

    /** All that is known to be committed. */
    NavigableMap<Tid, Map<Oid, String>> commits() {
        return commits;
    }

    /** The last of it. */
    Tid last() {
        return commits.isEmpty() ? Tid.NONE : commits.lastKey();
    }

    /** Whether this was begun, and nobody was told what became of it. */
    boolean isTried(Map<Oid, String> content) {
        return tries.containsValue(content);
    }

    /** What has gone wrong there, since this was asked the last time. */
    List<String> takeFaults() {
        List<String> taken = List.copyOf(faults);
        faults.clear();
        return taken;
    }

    /** How many commits committers were told of. */
    int acknowledged() {
        return acknowledged;
    }

    /** As of when the last pack was that has begun. */
    Tid packedTo() {
        return packedTo;
    }

    /** How many packs came to their end. */
    int packs() {
        return packs;
    }

    private void read(String line, String[] words) {
        switch (words[0]) {
            case TRIES -> tries.put(Integer.valueOf(words[1]), digests(words));
            case DONE -> {
                Map<Oid, String> content = tries.remove(Integer.valueOf(words[1]));
                commits.put(Tid.parse(words[2]), content == null ? Map.of() : content);
                acknowledged++;
            }
            case REFUSED -> tries.remove(Integer.valueOf(words[1]));
            case PACKING -> packedTo = Tid.parse(words[1]);
            case PACKED -> packs++;
            case FAULT -> faults.add(line + ", see " + log);
            default -> {} // the address, a line of the log
        }
    }

    private static Map<Oid, String> digests(String[] words) {
        Map<Oid, String> digests = new LinkedHashMap<>();
        Arrays.stream(words)
                .skip(2)
                .map(word -> word.split("=", 2))
                .forEach(pair -> digests.put(Oid.parse(pair[0]), pair[1]));
        return digests;
    }
}
