package io.zrs.reactor;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The file that a Unix domain socket listens at. A socket does not delete it, and none can be bound while it is there: so one that a dead process
 * left is deleted before, and our own afterwards.
 *
 * <p>Threading: immutable.
 */
final class UnixSocketFile {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;

    /** Tells the file apart from one that somebody else has put into its place since; null if the system has no such key. */
    private final @Nullable Object fileKey;

    private UnixSocketFile(Path path) throws IOException {
        this.path = path;
        this.fileKey = keyOf(path);
    }

    /**
     * Binds {@code channel}.
     *
     * @throws BindException if somebody listens there, or the file is no socket; it has not been touched
     */
    static UnixSocketFile bind(ServerSocketChannel channel, UnixDomainSocketAddress address, int backlogConnections)
            throws IOException {
        Path path = address.getPath();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            checkStale(path, address);
            Files.deleteIfExists(path);
        }
        channel.bind(address, backlogConnections);
        return new UnixSocketFile(path);
    }

    /** Deletes the file, if it is still the same one. */
    void delete() throws IOException {
        try {
            if (fileKey == null || fileKey.equals(keyOf(path))) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            return; // somebody has cleaned up already
        }
    }

    private static void checkStale(Path path, UnixDomainSocketAddress address) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new BindException(path + " is there already, and is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(address);
        } catch (ConnectException e) {
            return; // refused: nobody listens
        }
        throw new BindException("somebody listens at " + path + " already");
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
