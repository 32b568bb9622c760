/** Follows a primary into a storage. */
module io.zrs.secondary {
    requires transitive io.zrs.protocol;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.secondary;
}
