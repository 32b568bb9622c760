/** Reads and writes Python pickles as plain values; nothing is imported, nothing is called. */
module io.zrs.pickle {
    requires com.google.common;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.pickle;
}
