package io.zrs.storage;

/**
 * Identity of an object: an unsigned 64-bit number that the storage allocates and never reuses.
 *
 * <p>Ordered as an unsigned number, printed as ZODB prints it ({@code 0x0abc}). Threading: immutable.
 *
 * @param value all 64 bits; oids from 2<sup>63</sup> on are negative here
 */
public record Oid(long value) implements Comparable<Oid> {
    /** The root object, oid 0. */
    public static final Oid ROOT = new Oid(0);

    /**
     * Reads the text form: hexadecimal digits, an even number of them, with or without {@code 0x}.
     *
     * @throws IllegalArgumentException if {@code text} is no such number or has more than 16 digits
     */
    public static Oid parse(String text) {
        return new Oid(Hex.parse(text));
    }

    @Override
    public int compareTo(Oid other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** {@code 0x} and an even number of hexadecimal digits without leading zero bytes, as {@code oid_repr} writes it. */
    @Override
    public String toString() {
        return Hex.minimal(value);
    }

    /** All 16 hexadecimal digits, without {@code 0x}. */
    public String toHex() {
        return Hex.full(value);
    }
}
