package io.zrs.testing.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels do what those of the default file system do. */
class ChannelsTest {
    private final CrashingFileSystem fileSystem = CrashingFileSystem.create(1);
    private final Path file = fileSystem.getPath("/file");

    @AfterEach
    void leavesNoInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @RepeatedTest(20)
    void doTheSameAsTheDefaultFileSystem(RepetitionInfo repetition, @TempDir Path outside) throws IOException {
        long seed = Long.getLong("zrs.seed", repetition.getCurrentRepetition());
        List<String> ours = randomActions(new Random(seed), file);
        assertThat(ours).as("-Dzrs.seed=%s", seed).isEqualTo(randomActions(new Random(seed), outside.resolve("file")));
        assertThat(Files.mismatch(file, outside.resolve("file")))
                .as("-Dzrs.seed=%s", seed)
                .isEqualTo(-1);
    }

    /** What each action returned. */
    private static List<String> randomActions(Random random, Path path) throws IOException {
        List<String> results = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
                FileChannel appending = FileChannel.open(path, APPEND)) {
            for (int i = 0; i < 200; i++) {
                byte[] bytes = new byte[random.nextInt(20)];
                random.nextBytes(bytes);
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                int position = random.nextInt(200);
                ByteBuffer[] buffers = {ByteBuffer.allocate(3), ByteBuffer.allocate(0), buffer};
                long result = switch (random.nextInt(13)) {
                    case 0 -> channel.write(buffer);
                    case 1 -> channel.write(buffer, position);
                    case 2 -> channel.read(buffer);
                    case 3 -> channel.read(buffer, position);
                    case 4 -> channel.truncate(position).size();
                    case 5 -> channel.position(position).position();
                    case 6 -> channel.write(buffers);
                    case 7 -> channel.read(buffers);
                    case 8 -> appending.write(buffer);
                    case 9 -> appending.position();
                    case 10 ->
                        channel.transferTo(
                                position, random.nextInt(20), Channels.newChannel(new ByteArrayOutputStream()));
                    case 11 -> channel.transferFrom(Channels.newChannel(new ByteArrayInputStream(bytes)), position, 10);
                    default -> channel.size();
                };
                results.add(result + " " + channel.position() + " " + channel.size() + " " + buffer.position() + " "
                        + new String(bytes, UTF_8));
            }
        }
        return results;
    }

    @Test
    void refuseWhatTheyWereNotOpenedFor() throws IOException {
        Files.createFile(file);
        try (FileChannel reading = FileChannel.open(file, READ);
                FileChannel writing = FileChannel.open(file, WRITE)) {
            assertThatThrownBy(() -> reading.write(bytes("x"))).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> reading.truncate(0)).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(reading::tryLock).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> writing.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(NonReadableChannelException.class);
            assertThatIllegalArgumentException().isThrownBy(() -> writing.write(bytes("x"), -1));
            assertThatIllegalArgumentException().isThrownBy(() -> reading.position(-1));
            assertThatThrownBy(() -> reading.map(FileChannel.MapMode.READ_ONLY, 0, 1))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void refuseEverythingOnceClosed() throws IOException {
        FileChannel channel = FileChannel.open(file, CREATE, WRITE);
        assertThat(fileSystem.openHandles()).isEqualTo(1);
        channel.close();
        channel.close();
        assertThat(fileSystem.openHandles()).isZero();
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::tryLock).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void areClosedByAnInterrupt() throws IOException {
        FileChannel channel = FileChannel.open(file, CREATE, WRITE);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThat(Files.size(file)).isZero();
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    @SuppressWarnings("try") // Closing before the end is what this is about.
    void lockEachOtherOut() throws IOException {
        try (FileChannel one = FileChannel.open(file, CREATE, READ, WRITE);
                FileChannel other = FileChannel.open(file, WRITE)) {
            FileLock lock = one.tryLock();
            assertThat(lock.isValid()).isTrue();
            assertThat(lock.acquiredBy()).isSameAs(one);
            assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
            assertThatThrownBy(one::lock).isInstanceOf(OverlappingFileLockException.class);
            lock.release();
            assertThat(lock.isValid()).isFalse();
            FileLock head = other.tryLock(0, 10, false);
            FileLock tail = one.tryLock(10, 10, true);
            other.close();
            assertThat(head.isValid()).isFalse();
            assertThat(tail.isValid()).isTrue();
            assertThatThrownBy(head::release).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void writeAndReadAsynchronously() throws Exception {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, CREATE, READ, WRITE)) {
            Thread.currentThread().interrupt();
            Future<Integer> written = channel.write(bytes("abc"), 2);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(written.get()).isEqualTo(3);
            ByteBuffer target = ByteBuffer.allocate(9);
            assertThat(channel.read(target, 1).get()).isEqualTo(4);
            assertThat(channel.read(target, 5).get()).isEqualTo(-1);
            assertThat(channel.truncate(4).size()).isEqualTo(4);
            channel.force(false);
            assertThat(channel.tryLock().isValid()).isTrue();
        }
        assertThat(Files.readString(file)).isEqualTo("\0\0ab");
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    @SuppressWarnings("try") // Closing before the end is what this is about.
    void runOnTheExecutorGiven() throws Exception {
        Waiting executor = new Waiting();
        List<String> results = new ArrayList<>();
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(file, Set.of(CREATE, READ, WRITE), executor)) {
            channel.write(bytes("abc"), 0, "write", recorder(results));
            channel.read(ByteBuffer.allocate(2), 1, "read", recorder(results));
            Future<Integer> late = channel.read(ByteBuffer.allocate(2), 1);
            assertThat(Files.size(file)).isZero();
            executor.runNext();
            assertThat(results).containsExactly("write 3");
            executor.runNext();
            assertThat(results).containsExactly("write 3", "read 2");
            channel.close();
            executor.runNext();
            assertThatThrownBy(late::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    private static CompletionHandler<Integer, String> recorder(List<String> results) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer result, String attachment) {
                results.add(attachment + " " + result);
            }

            @Override
            public void failed(Throwable failure, String attachment) {
                results.add(attachment + " " + failure);
            }
        };
    }

    private static ByteBuffer bytes(String text) {
        return UTF_8.encode(text);
    }

    /** Runs one task when told. */
    private static final class Waiting extends AbstractExecutorService implements ExecutorService {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        void runNext() {
            tasks.remove().run();
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
