package io.zrs.filestorage;

import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader of an index beside its one writer, interleaved by a model checker. */
class ObjectIndexLincheckTest {
    private static final int INTERLEAVINGS = 80;
    private static final int PAGE = IndexPage.SIZE;

    @ParameterizedTest
    @ValueSource(classes = {FirstObjects.class, FillingPages.class, ChangingShape.class, InsertingPages.class})
    void readerFindsAllThatWasPutBefore(Class<?> race) {
        Interleavings.explore(race, INTERLEAVINGS);
    }

    /** The directory, the first page and its neighbour come into being. */
    public static class FirstObjects extends Race {
        /** With an empty index. */
        public FirstObjects() {
            super(new long[0], 7, 3, PAGE + 1);
        }
    }

    /** An object goes between two others, into a copy of the page; another one gets a new position. */
    public static class FillingPages extends Race {
        /** With a full page of two. */
        public FillingPages() {
            super(new long[] {1, 5}, 3, 9, 1, 2);
        }
    }

    /** A page of entries becomes a page of slots. */
    public static class ChangingShape extends Race {
        /** With a page that is as full as it can be in one shape. */
        public ChangingShape() {
            super(evenOids(), 5, 2, 62);
        }

        private static long[] evenOids() {
            long[] oids = new long[32];
            for (int i = 0; i < oids.length; i++) {
                oids[i] = 2L * i;
            }
            return oids;
        }
    }

    /** A page goes between two others, into a copy of the block. */
    public static class InsertingPages extends Race {
        /** With two pages. */
        public InsertingPages() {
            super(new long[] {1, 5L * PAGE}, 3L * PAGE, 9L * PAGE, 3L * PAGE + 1);
        }
    }

    /**
     * Puts objects one after the other at ascending positions, while another thread looks for all of them, the last one first: whatever it
     * finds, it must find all that was put before.
     */
    public abstract static class Race {
        private final ObjectIndex index = new ObjectIndex();
        private final long[] before;
        private final long[] written;

        Race(long[] before, long... written) {
            this.before = before;
            this.written = written;
            for (long oid : before) {
                index.put(oid, 1);
            }
        }

        @Operation(runOnce = true)
        public void write() {
            for (int i = 0; i < written.length; i++) {
                index.put(written[i], 2 + i);
            }
        }

        @Operation(runOnce = true)
        public void read() {
            // The position of a step is two more than its number, and each step sets the position of one object.
            long reached = 0;
            for (int i = written.length - 1; i >= 0; i--) {
                long found = index.get(written[i]);
                reached = Math.max(reached, found > 1 ? found : 0);
                if (found < 2 + i && reached >= 2 + i) {
                    throw new AssertionError("oid " + written[i] + " at " + found + " after " + reached);
                }
            }
            for (long oid : before) {
                if (index.get(oid) == 0) {
                    throw new AssertionError("oid " + oid + " is lost");
                }
            }
        }
    }
}
