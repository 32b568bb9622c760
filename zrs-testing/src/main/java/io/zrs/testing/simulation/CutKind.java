package io.zrs.testing.simulation;

/** How a connection between two hosts is cut. Until it is healed no new connection can be made. */
public enum CutKind {
    /** Both ends of each connection see a reset now, and new connections are refused, as by a firewall that rejects. */
    RESET,

    /**
     * What is under way vanishes and nobody is told, as by a router that lost its table: connections are half-open, healed or not, until each end has found out by its
     * {@linkplain NetworkTimeouts#keepAlive() probes} or {@linkplain NetworkTimeouts#retransmission() by what it sends}. Attempts to connect time out.
     */
    SILENT,

    /** As {@link #SILENT}, but what is under way is sent again when healed: connections that nobody has given up by then go on, with nothing lost. */
    HELD
}
