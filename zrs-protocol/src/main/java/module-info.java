/** The replication protocol on the wire, and the reactor that carries it. */
module io.zrs.protocol {
    requires transitive io.zrs.pickle;
    requires transitive io.zrs.storage;
    requires com.google.common;
    requires jdk.net;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.protocol;
    exports io.zrs.reactor;

    uses io.zrs.protocol.ReplicationProtocol;

    provides io.zrs.protocol.ReplicationProtocol with
            io.zrs.protocol.Zrs20,
            io.zrs.protocol.Zrs21;
}
