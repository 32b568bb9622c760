package io.zrs.lab;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a {@link PackedWriter} said before it was killed: lines of a word and numbers, of which the last one may be cut.
 *
 * <p>Threading: confined to one thread.
 */
final class Journal {
    /** Entries that are written. */
    static final int ENTRY_COUNT = 20;

    /** Found when it begins to pack. */
    static final Pattern FIRST_PACK = Pattern.compile("(?m)^(packing)$");

    static final String PACKING = "packing";
    static final String PACKED = "packed";
    static final String FAULT = "fault ";
    private static final String TRIES = "try";
    private static final String DONE = "done";
    private static final String UNDONE = "undone";
    private static final String REFUSED = "refused";

    private final Map<Integer, Long> done = new TreeMap<>();
    private final Map<Integer, Long> tried = new TreeMap<>();
    private final StringBuilder faults = new StringBuilder();
    private int commits;
    private int undos;
    private int packs;
    private boolean packing;

    /** Reads all whole lines. */
    static Journal read(Path file) throws IOException {
        Journal journal = new Journal();
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        whole.lines().forEach(line -> journal.read(List.of(line.split(" ", -1)), line));
        return journal;
    }

    static String tries(int key, long value) {
        return TRIES + " " + key + " " + value;
    }

    static String done(int key, long value) {
        return DONE + " " + key + " " + value;
    }

    static String undone(int key, long value) {
        return UNDONE + " " + key + " " + value;
    }

    static String refused(int key, long value) {
        return REFUSED + " " + key + " " + value;
    }

    /**
     * The values that an entry may have: of the last commit that ended, and of one that had begun.
     *
     * @param before the value that it had when the process began
     */
    Set<Long> allowed(int key, long before) {
        long committed = done.getOrDefault(key, before);
        return ImmutableSet.of(committed, tried.getOrDefault(key, committed));
    }

    /** What went wrong there, empty if nothing did. */
    String faults() {
        return faults.toString();
    }

    int commits() {
        return commits;
    }

    int undos() {
        return undos;
    }

    int packs() {
        return packs;
    }

    /** Whether it was packing when it was killed. */
    boolean isPacking() {
        return packing;
    }

    /** Whether it was committing, or undoing, when it was killed. */
    boolean isCommitting() {
        return !tried.isEmpty();
    }

    private void read(List<String> words, String line) {
        switch (words.get(0)) {
            case TRIES -> tried.put(key(words), value(words));
            case DONE, UNDONE -> {
                tried.remove(key(words));
                done.put(key(words), value(words));
                commits++;
                undos += words.get(0).equals(UNDONE) ? 1 : 0;
            }
            case REFUSED -> tried.remove(key(words));
            case PACKING -> packing = true;
            case PACKED -> {
                packing = false;
                packs++;
            }
            default -> faults.append(line).append('\n');
        }
    }

    private static int key(List<String> words) {
        return Integer.parseInt(words.get(1));
    }

    private static long value(List<String> words) {
        return Long.parseLong(words.get(2));
    }
}
