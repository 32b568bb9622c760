/** The reactor that carries connections. */
module io.zrs.protocol {
    requires com.google.common;
    requires jdk.net;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.reactor;
}
