/** What tests of storages and peers use. */
module io.zrs.testing {
    requires transitive io.zrs.protocol;
    requires transitive org.junit.jupiter.api;
    requires com.google.common;
    requires org.slf4j;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.testing;
    exports io.zrs.testing.contract;
    exports io.zrs.testing.disk;
    exports io.zrs.testing.simulation;

    // The methods of the contract's tests are not public.
    opens io.zrs.testing.contract;
}
