package io.zrs.testing.simulation;

import com.google.common.base.CharMatcher;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody listens.
 *
 * @param place a port, or a path
 */
record Endpoint(String host, String place) {
    /** What {@code address} means to a process on {@code host}. */
    static Endpoint of(SocketAddress address, String host) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return new Endpoint(host, unix.getPath().toString());
        }
        if (address instanceof InetSocketAddress inet) {
            return new Endpoint(isThisHost(inet.getAddress()) ? host : inet.getHostString(), "" + inet.getPort());
        }
        throw new IllegalArgumentException("neither an internet nor a Unix domain address: " + address);
    }

    private static boolean isThisHost(@Nullable InetAddress address) {
        return address != null && (address.isAnyLocalAddress() || address.isLoopbackAddress());
    }

    /** Whether it is a Unix domain socket. */
    boolean isPath() {
        return !CharMatcher.inRange('0', '9').matchesAllOf(place);
    }

    @Override
    public String toString() {
        return isPath() ? place : host + ":" + place;
    }
}
