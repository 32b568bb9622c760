package io.zrs.server;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Addresses as people write them.
 *
 * <pre>
 * HOST:PORT     HOST is a name or an IPv4 address
 * :PORT         all interfaces to listen at, this machine to connect to
 * [V6]:PORT     an IPv6 address
 * PATH          a Unix domain socket; a PATH has a slash
 * </pre>
 *
 * <p>Host names are looked up when they are used, not here.
 */
final class Address {
    private Address() {}

    /** To listen at: port 0 has one picked. */
    static final class Listening implements ITypeConverter<SocketAddress> {
        @Override
        public SocketAddress convert(String text) {
            return parse(text, "", 0);
        }
    }

    /** To connect to. */
    static final class Connecting implements ITypeConverter<SocketAddress> {
        @Override
        public SocketAddress convert(String text) {
            return parse(text, "127.0.0.1", 1);
        }
    }

    /** The address in a form that can be connected to from this machine, and is understood here. */
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            String path = address.toString();
            return path.contains("/") ? path : "./" + path;
        }
        if (inet.isUnresolved()) {
            return HostAndPort.fromParts(inet.getHostString(), inet.getPort()).toString();
        }
        return inet.getAddress().isAnyLocalAddress()
                ? ":" + inet.getPort()
                : InetAddresses.toUriString(inet.getAddress()) + ":" + inet.getPort();
    }

    private static SocketAddress parse(String text, String defaultHost, int portMin) {
        if (text.contains("/")) {
            try {
                return UnixDomainSocketAddress.of(text);
            } catch (InvalidPathException e) {
                throw wrong(text, "no path: " + e.getReason());
            }
        }
        HostAndPort parts;
        try {
            parts = HostAndPort.fromString(text).requireBracketsForIPv6();
        } catch (IllegalArgumentException e) {
            throw wrong(text, "an IPv6 address stands in brackets, and a port is a number up to 65535");
        }
        if (!parts.hasPort()) {
            throw wrong(text, "there is no port, and a path of a Unix socket would have a slash, as in ./" + text);
        }
        if (parts.getPort() < portMin) {
            throw wrong(text, "port 0 is for listening only");
        }
        String host = parts.getHost().isEmpty() ? defaultHost : parts.getHost();
        return host.isEmpty() ? new InetSocketAddress(parts.getPort()) : withHost(text, host, parts.getPort());
    }

    private static InetSocketAddress withHost(String text, String host, int port) {
        if (InetAddresses.isInetAddress(host)) {
            return new InetSocketAddress(InetAddresses.forString(host), port);
        }
        if (host.contains(":") || host.contains(" ")) {
            throw wrong(text, "'" + host + "' is neither a host name nor an IP address");
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static TypeConversionException wrong(String text, String why) {
        return new TypeConversionException(
                "'" + text + "' is not HOST:PORT, :PORT, [V6]:PORT or the path of a Unix socket: " + why);
    }
}
