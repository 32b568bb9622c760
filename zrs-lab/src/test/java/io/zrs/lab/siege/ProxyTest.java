package io.zrs.lab.siege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.lab.siege.Mishap.Direction;
import io.zrs.lab.siege.Mishap.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a proxy does to bytes, and what it counts. */
@Timeout(60)
class ProxyTest {
    private static final int SIZE = 20_000;
    private static final int PLACE = 1000;
    private static final byte[] BYTES = bytes();

    private Proxy proxy;
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        proxy = Proxy.start();
        proxy.lead((InetSocketAddress) server.getLocalSocketAddress());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"STALL", "SPLIT", "DELAY"})
    void harmsNothingThatIsLate(Kind kind) throws IOException {
        arm(kind);
        assertThat(received(SIZE)).isEqualTo(BYTES);
        assertThat(proxy.count(Direction.DOWN, kind)).isOne();
    }

    @Test
    void turnsOneBit() throws IOException {
        arm(Kind.CORRUPTION);
        byte[] received = received(SIZE);
        int turned = (received[PLACE] ^ BYTES[PLACE]) & 0xff;
        assertThat(Integer.bitCount(turned)).isOne();
        received[PLACE] ^= (byte) turned;
        assertThat(received).isEqualTo(BYTES);
    }

    @Test
    void resetsBothEndsAfterSoManyBytes() throws IOException {
        arm(Kind.RESET);
        try (Socket near = connect();
                Socket far = server.accept()) {
            far.getOutputStream().write(BYTES);
            assertThatThrownBy(() -> near.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> far.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
        assertThat(proxy.count(Direction.DOWN, Kind.RESET)).isOne();
        assertThat(proxy.count(Direction.UP, Kind.RESET)).isZero();
    }

    @Test
    void closesAfterSoManyBytes() throws IOException {
        arm(Kind.CLOSE);
        try (Socket near = connect();
                Socket far = server.accept()) {
            far.getOutputStream().write(BYTES);
            assertThat(near.getInputStream().readAllBytes()).hasSize(PLACE);
        }
    }

    @Test
    void isSilentBothWaysAndThenBreaks() throws IOException {
        int silentMillis = 1500;
        proxy.arm(Direction.DOWN, new Mishap(Kind.SILENCE, PLACE, silentMillis));
        try (Socket near = connect();
                Socket far = server.accept()) {
            far.getOutputStream().write(BYTES);
            assertThat(near.getInputStream().readNBytes(PLACE)).hasSize(PLACE);
            far.setSoTimeout(silentMillis / 5);
            assertThatThrownBy(() -> passOnUntilSilent(near, far)).isInstanceOf(SocketTimeoutException.class);
            far.setSoTimeout(0);
            assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void countsNothingThatHasNotHappened() throws IOException {
        arm(Kind.CORRUPTION);
        assertThat(proxy.arm(Direction.DOWN, new Mishap(Kind.RESET, 0, 1))).isFalse();
        assertThat(received(PLACE)).hasSize(PLACE);
        assertThat(proxy.count(Direction.DOWN, Kind.CORRUPTION)).isZero();
        proxy.calm();
        assertThat(received(SIZE)).isEqualTo(BYTES);
        assertThat(proxy.count(Direction.DOWN, Kind.CORRUPTION)).isZero();
    }

    @Test
    void breaksOffWhatLeadsNowhere() throws IOException {
        proxy.lead(null);
        try (Socket near = connect()) {
            assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    /** It becomes silent right after the bytes that were seen, not before. */
    private static void passOnUntilSilent(Socket near, Socket far) throws IOException {
        do {
            near.getOutputStream().write(1);
        } while (far.getInputStream().read() >= 0);
    }

    private void arm(Kind kind) {
        assertThat(proxy.arm(Direction.DOWN, new Mishap(kind, PLACE, 60))).isTrue();
    }

    private byte[] received(int size) throws IOException {
        try (Socket near = connect();
                Socket far = server.accept()) {
            far.getOutputStream().write(BYTES, 0, size);
            byte[] received = new byte[size];
            new DataInputStream(near.getInputStream()).readFully(received);
            return received;
        }
    }

    private Socket connect() throws IOException {
        String[] parts = proxy.address().split(":", 2);
        return new Socket(parts[0], Integer.parseInt(parts[1]));
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
