package io.zrs.lab.fuzz;

/**
 * Gives an input to what is to be tested, and judges what it does. What is not documented, an {@link AssertionError} above all, goes through.
 *
 * <p>The same input does the same each time, whatever came before it. Threading: confined to one thread.
 */
@FunctionalInterface
interface FuzzTarget {
    /**
     * Runs one input.
     *
     * @param input any bytes, the target's own
     * @throws Exception if something is wrong with what is tested, as an error may be thrown for it
     */
    void run(byte[] input) throws Exception;
}
