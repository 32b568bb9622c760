package io.zrs.pickle;

/**
 * Numbers the memo entries of a pickle that is being written, and remembers those of the strings that exist once in
 * Python 3: of length 0 and 1, text only up to U+00FF.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class WriterMemo {
    private static final int NONE = -1;
    private static final int EMPTY = 256;

    private final OpcodeSink sink;
    private int next;
    private int[] texts = {};
    private int[] byteStrings = {};

    WriterMemo(OpcodeSink sink, int first) {
        this.sink = sink;
        this.next = first;
    }

    /** Writes a {@code PUT} of the value just written. */
    void put() throws NotPlainException {
        if (next <= 0xff) {
            sink.code(Opcode.BINPUT).u8(next++);
        } else {
            sink.code(Opcode.LONG_BINPUT).u32(next++);
        }
    }

    /** Writes a {@code GET} if {@code utf8} was put before, and tells whether it did. */
    boolean getText(Octets utf8) throws NotPlainException {
        return get(texts, textSingleton(utf8));
    }

    /** Writes a {@code PUT} of text. */
    void putText(Octets utf8) throws NotPlainException {
        texts = noted(texts, textSingleton(utf8));
        put();
    }

    /** Writes a {@code GET} if {@code octets} were put before, and tells whether it did. */
    boolean getBytes(Octets octets) throws NotPlainException {
        return get(byteStrings, bytesSingleton(octets));
    }

    /** Writes a {@code PUT} of bytes. */
    void putBytes(Octets octets) throws NotPlainException {
        byteStrings = noted(byteStrings, bytesSingleton(octets));
        put();
    }

    private boolean get(int[] entries, int singleton) throws NotPlainException {
        if (singleton == NONE || entries.length == 0 || entries[singleton] == 0) {
            return false;
        }
        int entry = entries[singleton] - 1;
        if (entry <= 0xff) {
            sink.code(Opcode.BINGET).u8(entry);
        } else {
            sink.code(Opcode.LONG_BINGET).u32(entry);
        }
        return true;
    }

    /** {@code entries}, in which {@code singleton} has the next number. */
    private int[] noted(int[] entries, int singleton) {
        if (singleton == NONE) {
            return entries;
        }
        int[] all = entries.length == 0 ? new int[EMPTY + 1] : entries; // most pickles have none
        all[singleton] = next + 1; // 0 stands for none
        return all;
    }

    private static int bytesSingleton(Octets octets) {
        return octets.size() == 0 ? EMPTY : octets.size() == 1 ? octets.at(0) : NONE;
    }

    private static int textSingleton(Octets utf8) {
        if (utf8.size() == 2 && utf8.at(0) <= 0xc3) {
            return utf8.at(0) >= 0xc2 ? (utf8.at(0) & 3) << 6 | (utf8.at(1) & 0x3f) : NONE;
        }
        return utf8.size() < 2 ? bytesSingleton(utf8) : NONE;
    }
}
