package io.zrs.testing.disk;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides what one power failure leaves of what was not forced. {@link CrashingFileSystem#crash} promises what may come out of it.
 *
 * <p>Threading: confined to one thread.
 */
final class Survivors {
    private static final int SECTOR_BYTES = 512;
    private static final int PAGE_BYTES = 4096;

    /** Extremes show most. */
    private static final int EXTREME_ONE_IN = 8;

    private static final int GROWN_ONE_IN = 4;
    private static final int GARBAGE_ONE_IN = 4;
    private static final int TORN_ONE_IN = 16;

    private final RandomGenerator random;
    private final Style machine;

    /** How much stays. */
    private enum Style {
        EVERYTHING,
        NOTHING,
        /** What happened first, up to some moment. */
        FIRST,
        /** Each page, or sector, as it was at a moment of its own. */
        PAGES,
        /** Anything, in any order. */
        SOME
    }

    Survivors(RandomGenerator random) {
        this.random = random;
        this.machine = style();
    }

    /** Marks those of {@code changes} that are kept. */
    void chooseNames(List<NameChange> changes) {
        Style style = isExtreme(machine) ? machine : style();
        if (changes.isEmpty() || style == Style.NOTHING) {
            return;
        }
        long end = changes.get(random.nextInt(changes.size())).order;
        double probability = random.nextDouble();
        for (NameChange change : changes) {
            boolean kept = switch (style) {
                case EVERYTHING -> true;
                case FIRST -> change.order < end;
                default -> random.nextDouble() < probability;
            };
            if (kept) {
                change.keep();
            }
        }
    }

    /** Leaves {@code content} with what was forced and some of the rest; all of that is durable from now on. */
    void chooseContent(FileContent content) {
        Style style = isExtreme(machine) ? machine : style();
        if (style == Style.EVERYTHING) {
            content.force();
            return;
        }
        List<ContentChange> changes = content.undo();
        if (!isExtreme(machine)) {
            growSometimes(content, changes);
        }
        switch (style) {
            case FIRST -> redoFirst(content, changes);
            case PAGES -> redoPages(content, changes);
            case SOME -> redoSome(content, changes);
            default -> {
                // Nothing.
            }
        }
    }

    private Style style() {
        if (random.nextInt(EXTREME_ONE_IN / 2) == 0) {
            return random.nextBoolean() ? Style.EVERYTHING : Style.NOTHING;
        }
        return switch (random.nextInt(3)) {
            case 0 -> Style.FIRST;
            case 1 -> Style.PAGES;
            default -> Style.SOME;
        };
    }

    private static boolean isExtreme(Style style) {
        return style == Style.EVERYTHING || style == Style.NOTHING;
    }

    /** The length of a file may be on disk before its bytes are. */
    private void growSometimes(FileContent content, List<ContentChange> changes) {
        if (random.nextInt(GROWN_ONE_IN) != 0) {
            return;
        }
        int end = content.size();
        content.grow(changes.get(random.nextInt(changes.size())).sizeAfter);
        if (content.size() > end && random.nextInt(GARBAGE_ONE_IN) == 0) {
            byte[] garbage = new byte[content.size() - end];
            random.nextBytes(garbage);
            content.overwrite(end, garbage);
        }
    }

    private void redoFirst(FileContent content, List<ContentChange> changes) {
        int count = random.nextInt(changes.size() + 1);
        for (ContentChange change : changes.subList(0, count)) {
            content.redo(change, 0, change.length);
        }
        if (count < changes.size() && !changes.get(count).isTruncation()) {
            redoPart(content, changes.get(count), 0, changes.get(count).length);
        }
    }

    private void redoPages(FileContent content, List<ContentChange> changes) {
        int unit = unit();
        long salt = random.nextLong();
        int sizeVersion = random.nextInt(changes.size() + 1);
        for (int i = 0; i < changes.size(); i++) {
            ContentChange change = changes.get(i);
            if (change.isTruncation()) {
                if (i < sizeVersion) {
                    content.redo(change, 0, 0);
                }
                continue;
            }
            for (int from = 0; from < change.length; from = nextStart(change, from, unit)) {
                int page = (change.position + from) / unit;
                if (i < Math.floorMod(mixed(salt + page), changes.size() + 1)) {
                    content.redo(change, from, nextStart(change, from, unit));
                }
            }
        }
    }

    private void redoSome(FileContent content, List<ContentChange> changes) {
        int unit = unit();
        double probability = random.nextDouble();
        for (ContentChange change : changes) {
            if (change.isTruncation()) {
                if (random.nextDouble() < probability) {
                    content.redo(change, 0, 0);
                }
                continue;
            }
            for (int from = 0; from < change.length; from = nextStart(change, from, unit)) {
                int to = nextStart(change, from, unit);
                if (random.nextDouble() >= probability) {
                    continue;
                }
                if (random.nextInt(TORN_ONE_IN) == 0) {
                    redoPart(content, change, from, to);
                } else {
                    content.redo(change, from, to);
                }
            }
        }
    }

    /** The head of some bytes of a write, or more rarely the tail. */
    private void redoPart(FileContent content, ContentChange change, int from, int to) {
        int cut = from + random.nextInt(to - from + 1);
        int boundary = nextStart(change, cut, random.nextBoolean() ? SECTOR_BYTES : PAGE_BYTES);
        if (boundary < to && random.nextInt(4) != 0) {
            cut = boundary;
        }
        if (random.nextInt(4) != 0) {
            content.redo(change, from, cut);
        } else {
            content.redo(change, cut, to);
        }
    }

    private int unit() {
        return random.nextBoolean() ? SECTOR_BYTES : PAGE_BYTES;
    }

    /** Where within a write the next page begins. */
    private static int nextStart(ContentChange change, int from, int unit) {
        long next = ((long) change.position + from) / unit * unit + unit - change.position;
        return (int) Math.min(change.length, next);
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        return mixed ^ (mixed >>> 33);
    }
}
