package example.folder;

import io.zrs.storage.Bytes;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.StorageLockedException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory with one file for each transaction. */
final class Folder implements AutoCloseable {
    private final Path directory;
    private final FileChannel lock;

    private Folder(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static Folder open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return new Folder(directory, lock);
            }
        } catch (OverlappingFileLockException e) {
            // This process has it open: the same answer as for another one.
        }
        lock.close();
        throw new StorageLockedException(directory + " is open elsewhere");
    }

    Path path() {
        return directory;
    }

    /** All transactions, the oldest first. What a crash has left half done is deleted. */
    List<Commit> read() throws IOException {
        List<Commit> commits = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path file : entries.sorted().toList()) {
                if (file.toString().endsWith(".tmp")) {
                    Files.delete(file);
                } else if (file.toString().endsWith(".txn")) {
                    commits.add(read(file));
                }
            }
        }
        return commits;
    }

    /** Writes a transaction under a name that does not count. */
    void write(Commit commit) throws IOException {
        Files.write(temporary(commit.tid()), encode(commit));
    }

    /** Makes it count: durable first under the name that does not, then under the one that does. */
    void commit(Tid tid) throws IOException {
        force(temporary(tid), StandardOpenOption.WRITE);
        Files.move(temporary(tid), directory.resolve(tid.toHex() + ".txn"), StandardCopyOption.ATOMIC_MOVE);
        force(directory, StandardOpenOption.READ);
    }

    void delete(Tid tid) throws IOException {
        Files.deleteIfExists(temporary(tid));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static byte[] encode(Commit commit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        TransactionMetadata metadata = commit.header().metadata();
        out.writeLong(commit.tid().value());
        out.writeByte(commit.header().status());
        out.writeUTF(commit.dialect().name());
        for (Bytes field : List.of(metadata.user(), metadata.description(), metadata.extension())) {
            out.writeInt(field.size());
            out.write(field.toByteArray());
        }
        out.writeInt(commit.records().size());
        for (DataRecord record : commit.records()) {
            byte[] data = record.data();
            out.writeLong(record.oid().value());
            out.writeLong(record.tid().value());
            out.writeInt(data == null ? -1 : data.length);
            out.write(data == null ? new byte[0] : data);
        }
        return bytes.toByteArray();
    }

    private static Commit read(Path file) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
        try {
            Tid tid = new Tid(in.readLong());
            char status = (char) in.readUnsignedByte();
            PickleDialect dialect = PickleDialect.valueOf(in.readUTF());
            TransactionMetadata metadata =
                    new TransactionMetadata(bytes(in, in.readInt()), bytes(in, in.readInt()), bytes(in, in.readInt()));
            List<DataRecord> records = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                Oid oid = new Oid(in.readLong());
                Tid serial = new Tid(in.readLong());
                int size = in.readInt();
                records.add(new DataRecord(
                        oid, serial, size < 0 ? null : bytes(in, size).toByteArray(), null));
            }
            return new Commit(new TransactionHeader(tid, status, metadata), dialect, records);
        } catch (EOFException | IllegalArgumentException e) {
            throw new CorruptedStorageException(file.toString(), 0, "it is no whole transaction");
        }
    }

    private static Bytes bytes(DataInputStream in, int size) throws IOException {
        if (size > in.available()) {
            throw new EOFException();
        }
        return Bytes.copyOf(ByteBuffer.wrap(in.readNBytes(size)));
    }

    private Path temporary(Tid tid) {
        return directory.resolve(tid.toHex() + ".tmp");
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
