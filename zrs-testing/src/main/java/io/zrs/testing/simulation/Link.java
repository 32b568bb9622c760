package io.zrs.testing.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is between two hosts, which may be the same: how good it is, and whether it is cut. */
final class Link {
    private final SimulatedNetwork network;
    private final RandomGenerator random;
    private final Set<String> corruptTo = new HashSet<>(2);
    private @Nullable NetworkQuality quality;
    private @Nullable CutKind cut;

    Link(SimulatedNetwork network, RandomGenerator random) {
        this.network = network;
        this.random = random;
    }

    void setQuality(NetworkQuality own) {
        quality = own;
    }

    NetworkQuality quality() {
        return quality == null ? network.quality() : quality;
    }

    NetworkTimeouts timeouts() {
        return quality().timeouts();
    }

    /** Null if it is whole. */
    @Nullable
    CutKind cut() {
        return cut;
    }

    void setCut(@Nullable CutKind kind) {
        cut = kind;
    }

    /** Whether nothing passes, without anybody being told. */
    boolean isSilent() {
        return cut == CutKind.SILENT || cut == CutKind.HELD;
    }

    /** Has a bit of the next piece to {@code host} flipped. */
    void corrupt(String host) {
        corruptTo.add(host);
    }

    /** Whether a bit of this piece to {@code host} is to be flipped. */
    boolean flips(String host) {
        return happens(quality().faults().flip()) || (!corruptTo.isEmpty() && corruptTo.remove(host));
    }

    boolean resets() {
        return happens(quality().faults().reset());
    }

    boolean refuses() {
        return cut == CutKind.RESET || happens(quality().faults().refusal());
    }

    /** How long a piece is held up, 0 for most. */
    long stallNanos() {
        NetworkFaults faults = quality().faults();
        return happens(faults.stall()) ? 1 + upTo(faults.stallMax().toNanos()) : 0;
    }

    long latencyNanos() {
        Duration min = quality().latencyMin();
        return min.toNanos() + upTo(quality().latencyMax().minus(min).toNanos());
    }

    /** The size of the next piece: each order of magnitude has the same chance. */
    int pieceBytes() {
        int min = quality().pieceBytesMin();
        int spread = quality().pieceBytesMax() - min;
        int shift = random.nextInt(Integer.SIZE - Integer.numberOfLeadingZeros(spread) + 1);
        return min + (spread == 0 ? 0 : random.nextInt((spread >> shift) + 1));
    }

    RandomGenerator random() {
        return random;
    }

    private boolean happens(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }

    private long upTo(long nanos) {
        return nanos == 0 ? 0 : random.nextLong(nanos + 1);
    }
}
