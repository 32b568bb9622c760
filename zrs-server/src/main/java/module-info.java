/** The program {@code zrs}. */
module io.zrs.server {
    requires io.zrs.filestorage;
    requires io.zrs.blob;
    requires io.zrs.database;
    requires io.zrs.primary;
    requires io.zrs.secondary;
    requires com.fasterxml.jackson.core;
    requires com.google.common;
    requires info.picocli;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    opens io.zrs.server to
            info.picocli,
            ch.qos.logback.core;
}
