package io.zrs.testing.simulation;

/**
 * What a {@link SimulatedNetwork} has done to those who use it. Only what really happened counts: a chance that nothing was under way to suffer from does
 * not.
 *
 * @param connections that were made
 * @param splits pieces that ended in the middle of what was under way
 * @param stalls pieces that were held up
 * @param flips bits that were flipped
 * @param resets connections that were reset, by chance or {@linkplain CutKind#RESET cut}
 * @param halfOpens connections that fell silent: {@linkplain CutKind#SILENT cut}, or one end of which {@linkplain SimulatedProcess#powerOff lost its power}
 * @param holds connections that were {@linkplain CutKind#HELD held}
 * @param refusals attempts to connect that the network refused; not those at which nobody listened
 * @param timeouts attempts to connect that nothing answered
 */
public record NetworkCounts(
        long connections,
        long splits,
        long stalls,
        long flips,
        long resets,
        long halfOpens,
        long holds,
        long refusals,
        long timeouts) {}
