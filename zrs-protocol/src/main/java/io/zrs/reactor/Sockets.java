package io.zrs.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** What differs between TCP and Unix domain sockets, and how ours are set up. */
final class Sockets {
    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEP_ALIVE_COUNT = 3;

    private Sockets() {}

    /** The address, if it is of a kind that can be connected to. */
    static SocketAddress checkKind(SocketAddress address) {
        if (address instanceof InetSocketAddress || address instanceof UnixDomainSocketAddress) {
            return address;
        }
        throw new IllegalArgumentException("neither an internet nor a Unix domain address: " + address);
    }

    static SocketChannel openFor(SocketAddress peer) throws IOException {
        return isUnix(peer) ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    }

    static ServerSocketChannel openServerFor(SocketAddress address) throws IOException {
        ProtocolFamily unix = StandardProtocolFamily.UNIX;
        return isUnix(address) ? ServerSocketChannel.open(unix) : ServerSocketChannel.open();
    }

    /** Not blocking, no Nagle delay, and probes that notice a peer that died without a word. */
    static void configure(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        set(channel, StandardSocketOptions.TCP_NODELAY, true);
        set(channel, StandardSocketOptions.SO_KEEPALIVE, true);
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
    }

    /** Sets what this kind of socket has on this system. */
    static <T> void set(NetworkChannel channel, SocketOption<T> option, T value) throws IOException {
        if (channel.supportedOptions().contains(option)) {
            channel.setOption(option, value);
        }
    }

    /** {@code 127.0.0.1:8000}, {@code [0:0:0:0:0:0:0:1]:8000}, {@code name:8000} or a path. */
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return address.toString();
        }
        String host =
                inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }

    static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }
}
