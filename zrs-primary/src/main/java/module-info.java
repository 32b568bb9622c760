/** Serves a storage's transaction log to secondaries. */
module io.zrs.primary {
    requires transitive io.zrs.protocol;
    requires com.google.common;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.primary;
}
