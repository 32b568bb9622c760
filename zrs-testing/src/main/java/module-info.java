/** What tests of storages and peers use. */
module io.zrs.testing {
    requires transitive io.zrs.protocol;
    requires transitive org.junit.jupiter.api;
    requires org.slf4j;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
}
