package io.zrs.lab.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What is fuzzed. */
@SuppressWarnings("ImmutableEnumChecker") // method references
enum Fuzzed {
    /** {@link PickleTarget}. */
    PICKLE(PickleTarget::new, Seeds::records, 1 << 14),
    /** {@link RecordTarget}. */
    RECORD(RecordTarget::new, Seeds::records, 1 << 13),
    /** {@link MergeTarget}. */
    MERGE(MergeTarget::new, Seeds::conflicts, 1 << 12),
    /** {@link MessageTarget}. */
    MESSAGE(MessageTarget::new, Seeds::messages, 1 << 12),
    /** {@link StreamTarget}. */
    STREAM(StreamTarget::new, Seeds::streams, 1 << 14),
    /** {@link SecondaryBytesTarget}. */
    SECONDARY_BYTES(SecondaryBytesTarget::new, Seeds::secondaryBytes, 1 << 8),
    /** {@link LogTarget}. */
    LOG(LogTarget::new, Seeds::logs, 1 << 13),
    /** {@link IndexTarget}. */
    INDEX(IndexTarget::new, Seeds::indexes, 1 << 13),
    /** {@link BlobTarget}. */
    BLOBS(BlobTarget::new, Seeds::blobDirectories, 1 << 12);

    private final Supplier<FuzzTarget> open;
    private final Supplier<List<byte[]>> seeds;
    private final int sizeMax;

    Fuzzed(Supplier<FuzzTarget> open, Supplier<List<byte[]>> seeds, int sizeMax) {
        this.open = open;
        this.seeds = seeds;
        this.sizeMax = sizeMax;
    }

    /** The name on the command line, and of the directory of what was found. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A new target. */
    FuzzTarget open() {
        return open.get();
    }

    /** Inputs to begin with, made of the golden data. */
    List<byte[]> seeds() {
        return seeds.get().stream().filter(seed -> seed.length <= sizeMax).toList();
    }

    /** Bytes of the longest input that is worth trying. */
    int sizeMax() {
        return sizeMax;
    }

    @Override
    public String toString() {
        return id();
    }
}
