package io.zrs.lab.simulator;

import org.jspecify.annotations.Nullable;

/**
 * What came of one run.
 *
 * @param violation what must never happen and has happened, null if nothing has
 * @param trace what happened, line by line, empty if it was not wanted
 * @param counts of what happened
 */
public record Outcome(long seed, @Nullable String violation, String trace, Counts counts) {}
