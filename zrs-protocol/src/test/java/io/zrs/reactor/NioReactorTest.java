package io.zrs.reactor;

import static io.zrs.reactor.RecordingHandler.TIMEOUT_SECONDS;
import static io.zrs.reactor.RecordingHandler.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NioReactorTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    Path directory;

    private NioReactor reactor;
    private final RecordingHandler client = new RecordingHandler();
    private final RecordingHandler server = new RecordingHandler();

    @BeforeEach
    void start() throws IOException {
        reactor = NioReactor.start();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    @ParameterizedTest
    @EnumSource
    void carriesBytesBothWays(Kind kind) throws Exception {
        connect(kind);
        client.transport().write(bytes("from the client"));
        server.transport().write(bytes("from the server"));
        assertThat(server.receivedBytes(15)).asString().isEqualTo("from the client");
        assertThat(client.receivedBytes(15)).asString().isEqualTo("from the server");
    }

    @ParameterizedTest
    @EnumSource
    void namesThePeer(Kind kind) throws Exception {
        ListeningPort port = connect(kind);
        assertThat(client.transport().peer()).isEqualTo(Sockets.text(port.address()));
        assertThat(server.transport().peer()).matches(kind == Kind.TCP ? "127\\.0\\.0\\.1:\\d+" : ".*/socket#1");
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void keepsTheOrderOfWritesOfAllSizes(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] sent = new byte[20 << 20];
        random.nextBytes(sent);
        connect(Kind.TCP);
        Transport transport = client.transport();
        int position = 0;
        while (position < sent.length) {
            int size = Math.min(sent.length - position, 1 << random.nextInt(22));
            if (!transport.write(ByteBuffer.wrap(sent, position, size))) {
                awaitWritable(client);
            }
            position += size;
        }
        assertThat(Arrays.equals(server.receivedBytes(sent.length), sent)).isTrue();
    }

    @Test
    void sendsDirectAndReadOnlyBuffers() throws Exception {
        connect(Kind.TCP);
        client.transport().write(ByteBuffer.allocateDirect(2).put(bytes("di")).flip());
        client.transport().write(bytes("ro").asReadOnlyBuffer());
        assertThat(server.receivedBytes(4)).asString().isEqualTo("diro");
    }

    @Test
    void tellsTheWriterToWaitWhileThePeerDoesNotRead() throws Exception {
        connect(Kind.TCP);
        server.transport().pauseReading();
        int written = fill(client.transport());
        assertThat(client.transport().write(ByteBuffer.allocate(1))).isFalse();
        assertThat(client.writable.tryAcquire()).isFalse();
        server.transport().resumeReading();
        awaitWritable(client);
        assertThat(client.transport().write(ByteBuffer.allocate(1))).isTrue();
        server.receivedBytes(written + 2);
        assertThat(client.writable.tryAcquire()).as("called once").isFalse();
    }

    @Test
    void receivesNothingWhileReadingIsPaused() throws Exception {
        connect(Kind.TCP);
        server.onReceived = bytes -> server.connected.join().pauseReading();
        client.transport().write(bytes("first"));
        server.receivedBytes(5);
        client.transport().write(bytes("second"));
        roundTripElsewhere();
        assertThat(server.receivedBytes()).asString().isEqualTo("first");
        server.transport().resumeReading();
        assertThat(server.receivedBytes(11)).asString().isEqualTo("firstsecond");
    }

    @ParameterizedTest
    @EnumSource
    void closingSendsWhatWasWritten(Kind kind) throws Exception {
        connect(kind);
        server.transport().pauseReading();
        int written = fill(client.transport());
        client.transport().close();
        assertThat(client.transport().write(bytes("late"))).isFalse();
        server.transport().resumeReading();
        assertThat(await(server.disconnected)).isEmpty();
        assertThat(await(client.disconnected)).isEmpty();
        assertThat(server.receivedBytes()).hasSize(written);
    }

    @ParameterizedTest
    @EnumSource
    void twoThatCloseWithMuchToSendDoNotWaitForEachOther(Kind kind) throws Exception {
        connect(kind);
        client.transport().pauseReading();
        server.transport().pauseReading();
        fill(client.transport());
        fill(server.transport());
        client.transport().close();
        server.transport().close();
        assertThat(await(client.disconnected)).isEmpty();
        assertThat(await(server.disconnected)).isEmpty();
        assertThat(client.receivedBytes()).isEmpty();
    }

    @Test
    void closingSendsWhatWasWrittenToWhoSendsNoMore() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        try (Socket socket =
                new Socket(address(port).getAddress(), address(port).getPort())) {
            int written = fill(server.transport());
            server.transport().close();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).hasSize(written);
        }
        assertThat(await(server.disconnected)).isEmpty();
    }

    @Test
    void closingDoesNotCostThePeerItsLastBytesForBytesNobodyRead() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        try (Socket socket =
                new Socket(address(port).getAddress(), address(port).getPort())) {
            server.transport().pauseReading();
            int size = 20 * NioReactor.READ_BYTES_MAX;
            CompletableFuture<Void> unread = CompletableFuture.runAsync(() -> send(socket, new byte[size]));
            server.transport().write(bytes("goodbye"));
            server.transport().close();
            await(unread);
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("goodbye");
        }
        assertThat(await(server.disconnected)).isEmpty();
        assertThat(server.receivedBytes()).isEmpty();
    }

    @Test
    void aPeerThatClosesIsNoError() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        try (Socket socket =
                new Socket(address(port).getAddress(), address(port).getPort())) {
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            assertThat(await(server.disconnected)).isEmpty();
        }
        assertThat(server.receivedBytes()).hasSize(1);
    }

    @Test
    void aPeerThatResetsIsAnError() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        try (Socket socket =
                new Socket(address(port).getAddress(), address(port).getPort())) {
            server.transport();
            socket.setSoLinger(true, 0);
        }
        assertThat(await(server.disconnected)).containsInstanceOf(IOException.class);
    }

    @Test
    void abortingDropsWhatWaits() throws Exception {
        connect(Kind.TCP);
        server.transport().pauseReading();
        int written = fill(client.transport());
        client.transport().abort();
        assertThat(await(client.disconnected)).isEmpty();
        assertThat(client.transport().write(bytes("late"))).isFalse();
        server.transport().resumeReading();
        await(server.disconnected);
        assertThat(server.receivedBytes()).hasSizeLessThan(written);
    }

    @Test
    void aHandlerThatThrowsLosesItsConnectionOnly() throws Exception {
        ListeningPort port = connect(Kind.TCP);
        RecordingHandler other = new RecordingHandler();
        reactor.connect(port.address(), other);
        Transport unharmed = other.transport();
        RuntimeException fault = new IllegalStateException("a handler's fault");
        client.onReceived = bytes -> {
            throw fault;
        };
        server.transport().write(bytes("x"));
        assertThat(await(client.disconnected)).containsSame(fault);
        assertThat(await(server.disconnected)).isEmpty();
        assertThat(unharmed.write(bytes("x"))).isTrue();
        roundTripElsewhere();
        assertThat(other.disconnected).isNotDone();
    }

    @Test
    void noCallbackComesFromWithinACall() throws Exception {
        connect(Kind.TCP);
        Transport transport = client.transport();
        CompletableFuture<Boolean> within = new CompletableFuture<>();
        reactor.execute(() -> {
            transport.abort();
            within.complete(client.disconnected.isDone());
        });
        assertThat(await(within)).isFalse();
        assertThat(await(client.disconnected)).isEmpty();
    }

    @Test
    void failsToConnectWhereNobodyListens() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        port.close();
        reactor.connect(port.address(), client);
        assertThat(await(client.connectFailed)).hasMessageContaining("refused");
        assertThat(client.connected).isNotDone();
    }

    @Test
    void looksUpAHostName() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        reactor.connect(
                InetSocketAddress.createUnresolved("localhost", address(port).getPort()), client);
        assertThat(client.transport().peer())
                .isEqualTo("localhost:" + address(port).getPort());
        server.transport();
    }

    @Test
    void aCancelledAttemptIsNotHeardOfAgain() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        reactor.execute(() -> reactor.connect(port.address(), client).cancel());
        roundTripElsewhere();
        assertThat(client.connected).isNotDone();
        assertThat(client.connectFailed).isNotDone();
        assertThat(server.connected).isNotDone();
    }

    @Test
    void cancellingAnAttemptThatSucceededLeavesTheConnectionAlone() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        Cancellable attempt = reactor.connect(port.address(), client);
        client.transport();
        attempt.cancel();
        client.transport().write(bytes("x"));
        assertThat(server.receivedBytes(1)).hasSize(1);
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        ListeningPort port = reactor.listen(ANY_PORT, () -> server);
        assertThatThrownBy(() -> reactor.listen(port.address(), () -> client))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen at " + Sockets.text(port.address()));
    }

    @Test
    void aClosedPortIsFreeAtOnceAndItsConnectionsLive() throws Exception {
        ListeningPort port = connect(Kind.TCP);
        port.close();
        port.close();
        reactor.listen(port.address(), RecordingHandler::new).close();
        client.transport().write(bytes("x"));
        assertThat(server.receivedBytes(1)).hasSize(1);
    }

    @Test
    void refusesToListenAtAnUnknownKindOfAddress() {
        SocketAddress strange = new SocketAddress() {};
        assertThatThrownBy(() -> reactor.listen(strange, () -> server)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reactor.connect(strange, client)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void runsDelayedCallsInTheOrderOfTheirTimes() throws Exception {
        List<String> order = new ArrayList<>();
        CompletableFuture<List<String>> all = new CompletableFuture<>();
        reactor.execute(() -> {
            reactor.callLater(Duration.ofMillis(30), () -> all.complete(order));
            reactor.callLater(Duration.ofMillis(20), () -> order.add("20 ms"));
            Cancellable cancelled = reactor.callLater(Duration.ofMillis(15), () -> order.add("cancelled"));
            reactor.callLater(Duration.ofMillis(10), () -> {
                order.add("10 ms");
                cancelled.cancel();
            });
            reactor.callLater(Duration.ofSeconds(-1), () -> order.add("past"));
            reactor.callLater(Duration.ofSeconds(Long.MAX_VALUE), () -> order.add("never"));
            reactor.execute(() -> order.add("task"));
        });
        assertThat(await(all))
                .containsExactlyInAnyOrder("task", "past", "10 ms", "20 ms")
                .endsWith("10 ms", "20 ms");
    }

    @Test
    void doesNotCallEarly() throws Exception {
        long begin = System.nanoTime();
        CompletableFuture<Long> called = new CompletableFuture<>();
        reactor.callLater(Duration.ofMillis(25), () -> called.complete(System.nanoTime()));
        assertThat(await(called) - begin)
                .isGreaterThanOrEqualTo(Duration.ofMillis(25).toNanos());
    }

    @Test
    void aTaskThatThrowsOrComesAgainAtOnceKeepsNobodyElseFromRunning() throws Exception {
        reactor.execute(() -> {
            throw new IllegalStateException("a task's fault, meant to be logged");
        });
        Runnable[] endless = new Runnable[1];
        endless[0] = () -> reactor.execute(endless[0]);
        reactor.execute(endless[0]);
        Runnable[] soon = new Runnable[1];
        soon[0] = () -> reactor.callLater(Duration.ZERO, soon[0]);
        reactor.execute(soon[0]);
        connect(Kind.TCP);
        client.transport().write(bytes("x"));
        assertThat(server.receivedBytes(1)).hasSize(1);
    }

    @Test
    void closingTheReactorEndsEverything() throws Exception {
        Path path = directory.resolve("socket");
        connect(Kind.UNIX);
        Transport transport = client.transport();
        RecordingHandler late = new RecordingHandler();
        reactor.execute(() -> {
            reactor.connect(UnixDomainSocketAddress.of(path), late);
            reactor.close();
        });
        reactor.close();
        assertThat(client.disconnected).isCompletedWithValueMatching(cause -> cause.isEmpty());
        assertThat(server.disconnected).isDone();
        assertThat(late.connectFailed.isDone() || late.disconnected.isDone()).isTrue();
        assertThat(path).doesNotExist();
        assertThat(transport.write(bytes("x"))).isFalse();
        assertThatThrownBy(() -> reactor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> reactor.connect(ANY_PORT, client)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> reactor.callLater(Duration.ZERO, () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> reactor.listen(ANY_PORT, () -> server)).isInstanceOf(IOException.class);
    }

    @Test
    void leavesALiveSocketAndAnyOtherFileAlone() throws Exception {
        connect(Kind.UNIX);
        UnixDomainSocketAddress live = UnixDomainSocketAddress.of(directory.resolve("socket"));
        assertThatThrownBy(() -> reactor.listen(live, () -> server)).hasMessageContaining("somebody listens at");
        client.transport().write(bytes("x"));
        assertThat(server.receivedBytes(1)).hasSize(1);

        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> reactor.listen(UnixDomainSocketAddress.of(file), () -> server))
                .hasMessageContaining("is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void replacesASocketThatADeadProcessLeft() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(address);
        }
        assertThat(address.getPath()).exists();
        connect(Kind.UNIX);
    }

    @Test
    void deletesItsSocketButNotAnotherInItsPlace() throws Exception {
        Path path = directory.resolve("socket");
        ListeningPort port = reactor.listen(UnixDomainSocketAddress.of(path), () -> server);
        port.close();
        assertThat(path).doesNotExist();

        ListeningPort replaced = reactor.listen(UnixDomainSocketAddress.of(path), () -> server);
        Files.move(path, directory.resolve("elsewhere"));
        Files.writeString(path, "another");
        replaced.close();
        assertThat(path).hasContent("another");
    }

    private ListeningPort connect(Kind kind) throws Exception {
        ListeningPort port = reactor.listen(
                kind == Kind.TCP ? ANY_PORT : UnixDomainSocketAddress.of(directory.resolve("socket")),
                handlersBeginningWith(server));
        reactor.connect(port.address(), client);
        client.transport();
        server.transport();
        return port;
    }

    private static Supplier<ConnectionHandler> handlersBeginningWith(RecordingHandler first) {
        List<RecordingHandler> handlers = new ArrayList<>(List.of(first));
        return () -> handlers.isEmpty() ? new RecordingHandler() : handlers.remove(0);
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes until the peer, who does not read, makes the writer wait; tells how many bytes that took. */
    private static int fill(Transport transport) {
        int written = 0;
        boolean low = true;
        while (low) {
            low = transport.write(ByteBuffer.allocate(100_000));
            written += 100_000;
        }
        return written;
    }

    /** What the selector had to say before is said when this returns. */
    private void roundTripElsewhere() throws Exception {
        RecordingHandler near = new RecordingHandler();
        RecordingHandler far = new RecordingHandler();
        ListeningPort port = reactor.listen(ANY_PORT, () -> far);
        reactor.connect(port.address(), near);
        near.transport().write(bytes("x"));
        far.receivedBytes(1);
        port.close();
        near.transport().close();
        await(far.disconnected);
    }

    private static void awaitWritable(RecordingHandler handler) throws InterruptedException {
        assertThat(handler.writable.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    private static InetSocketAddress address(ListeningPort port) {
        return (InetSocketAddress) port.address();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    enum Kind {
        TCP,
        UNIX
    }
}
