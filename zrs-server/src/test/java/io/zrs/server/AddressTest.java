package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AddressTest {
    @Test
    void takesAnIpAddress() {
        assertThat(toConnectTo("192.0.2.1:8100"))
                .isEqualTo(new InetSocketAddress(InetAddresses.forString("192.0.2.1"), 8100));
        assertThat(toConnectTo("[2001:db8::1]:8100"))
                .isEqualTo(new InetSocketAddress(InetAddresses.forString("2001:db8::1"), 8100));
    }

    @Test
    void leavesHostNamesToBeLookedUpLater() {
        assertThat(toConnectTo("db1.example:8100")).isEqualTo(InetSocketAddress.createUnresolved("db1.example", 8100));
    }

    @Test
    void takesAPortAloneAsAllInterfacesOrThisMachine() {
        assertThat(toListenAt(":8100")).isEqualTo(new InetSocketAddress(8100));
        assertThat(toConnectTo(":8100")).isEqualTo(new InetSocketAddress(InetAddresses.forString("127.0.0.1"), 8100));
    }

    @Test
    void takesAPathForAUnixSocket() {
        assertThat(toListenAt("/run/zrs.sock")).isEqualTo(UnixDomainSocketAddress.of("/run/zrs.sock"));
        assertThat(toConnectTo("./a:b")).isEqualTo(UnixDomainSocketAddress.of("./a:b"));
    }

    @Test
    void takesPortZeroForListeningOnly() {
        assertThat(toListenAt("127.0.0.1:0")).isEqualTo(new InetSocketAddress(InetAddresses.forString("127.0.0.1"), 0));
        assertThatThrownBy(() -> toConnectTo("127.0.0.1:0"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("port 0 is for listening only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8100",
                "host",
                "host:",
                "host:x",
                "host:-1",
                "host:65536",
                "::1:80",
                "[::1]",
                "[::1:80",
                "a b:1"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> toListenAt(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not HOST:PORT, :PORT, [V6]:PORT or the path of a Unix socket");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80",
        ":80, :80",
        "0.0.0.0:80, :80",
        "[::1]:80, [::1]:80",
        "db1:80, db1:80",
        "/run/zrs.sock, /run/zrs.sock",
    })
    void printsWhatItReads(String text, String printed) {
        assertThat(Address.text(toListenAt(text))).isEqualTo(printed);
    }

    @Test
    void printsAPathSoThatItIsReadAsOne() {
        assertThat(Address.text(UnixDomainSocketAddress.of("zrs.sock"))).isEqualTo("./zrs.sock");
    }

    private static SocketAddress toListenAt(String text) {
        return new Address.Listening().convert(text);
    }

    private static SocketAddress toConnectTo(String text) {
        return new Address.Connecting().convert(text);
    }
}
