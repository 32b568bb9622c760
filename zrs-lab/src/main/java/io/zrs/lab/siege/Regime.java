package io.zrs.lab.siege;

/** Who commits in a season, and how. */
enum Regime {
    /** Our primary, which never packs, so that all files must be the same byte by byte. */
    KEEPING("no packs"),
    /** Our primary, which packs now and then. */
    PACKING("packs"),
    /** The original's primary, which never packs, but leaves files of commits that it did not come to finish. */
    PYTHON("a Python primary");

    private final String words;

    Regime(String words) {
        this.words = words;
    }

    /** What there is, in words. */
    @Override
    public String toString() {
        return words;
    }
}
