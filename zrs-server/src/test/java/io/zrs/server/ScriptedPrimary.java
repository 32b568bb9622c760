package io.zrs.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A primary that sends given bytes to the first who has introduced itself, and then does nothing, or hangs up; others hear nothing. */
final class ScriptedPrimary implements AutoCloseable {
    private static final int GREETING_BYTES = 4 + 6 + 4 + 8;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] bytes;
    private final boolean hangsUp;

    private ScriptedPrimary(byte[] bytes, boolean hangsUp) throws IOException {
        this.bytes = bytes;
        this.hangsUp = hangsUp;
        Thread thread = new Thread(this::accept, "scripted primary");
        thread.setDaemon(true);
        thread.start();
    }

    static ScriptedPrimary thatStays(byte[] bytes) throws IOException {
        return new ScriptedPrimary(bytes, false);
    }

    static ScriptedPrimary thatHangsUp(byte[] bytes) throws IOException {
        return new ScriptedPrimary(bytes, true);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            serve(server.accept());
            while (true) {
                server.accept();
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try {
            new DataInputStream(socket.getInputStream()).readFully(new byte[GREETING_BYTES]);
            socket.getOutputStream().write(bytes);
            if (hangsUp) {
                socket.close();
            }
        } catch (IOException e) {
            // The secondary has gone; the next one may come.
        }
    }
}
