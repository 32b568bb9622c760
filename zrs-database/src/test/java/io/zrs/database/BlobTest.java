package io.zrs.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.database.Blob.WriteMode;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.ConflictException;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.ReadOnlyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobTest {
    @TempDir
    private Path directory;

    private Database database;
    private Connection connection;

    @BeforeEach
    void open() {
        database = Database.open(TestStorages.writable(directory));
        connection = database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void readsWhatWasWrittenBeforeAndAfterTheCommit() throws IOException {
        Blob blob = new Blob();
        connection.root().put("blob", blob);
        write(blob, WriteMode.TRUNCATE, "test\n");
        assertThat(read(blob)).isEqualTo("test\n");
        connection.commit();
        assertThat(read(blob)).isEqualTo("test\n");
        try (Connection other = database.open()) {
            Blob seen = other.root().get("blob", Blob.class);
            assertThat(read(seen)).isEqualTo("test\n");
            assertThat(seen.serial()).isEqualTo(blob.serial());
        }
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void seeksInWhatIsCommitted() throws IOException {
        Blob blob = committed("0123456789");
        try (SeekableByteChannel channel = blob.open()) {
            assertThat(channel.size()).isEqualTo(10);
            assertThat(channel.position(7).position()).isEqualTo(7);
            ByteBuffer end = ByteBuffer.allocate(10);
            assertThat(channel.read(end)).isEqualTo(3);
            assertThat(channel.position(0).read(end)).isEqualTo(7);
            assertThat(new String(end.array(), UTF_8)).isEqualTo("7890123456");
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(java.nio.channels.NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.truncate(1))
                    .isInstanceOf(java.nio.channels.NonWritableChannelException.class);
        }
    }

    @Test
    void writesAnewInPlaceOrAtTheEnd() throws IOException {
        Blob blob = committed("old data");
        write(blob, WriteMode.UPDATE, "new");
        assertThat(read(blob)).isEqualTo("new data");
        write(blob, WriteMode.APPEND, ", more");
        write(blob, WriteMode.APPEND, " of it");
        assertThat(read(blob)).isEqualTo("new data, more of it");
        try (SeekableByteChannel channel = blob.open(WriteMode.UPDATE)) {
            ByteBuffer word = ByteBuffer.allocate(3);
            channel.read(word);
            assertThat(new String(word.array(), UTF_8)).isEqualTo("new");
            channel.truncate(8);
        }
        assertThat(read(blob)).isEqualTo("new data");
        connection.commit();
        assertThat(read(blob)).isEqualTo("new data");
        write(blob, WriteMode.TRUNCATE, "x");
        connection.commit();
        assertThat(read(blob)).isEqualTo("x");
        write(blob, WriteMode.APPEND, "yz");
        connection.commit();
        assertThat(read(blob)).isEqualTo("xyz");
    }

    @Test
    void appendsToTheEndWhereverTheChannelIs() throws IOException {
        Blob blob = committed("0123");
        try (SeekableByteChannel channel = blob.open(WriteMode.APPEND)) {
            channel.position(0);
            channel.write(ByteBuffer.wrap("45".getBytes(UTF_8)));
        }
        assertThat(read(blob)).isEqualTo("012345");
    }

    @Test
    void showsOldRevisionsOfThePast() throws IOException {
        Blob blob = committed("one");
        Tid first = database.storage().lastTransaction();
        write(blob, WriteMode.TRUNCATE, "two");
        connection.commit();
        try (Connection then = database.at(first)) {
            Blob old = then.root().get("blob", Blob.class);
            assertThat(read(old)).isEqualTo("one");
            assertThat(old.committed()).hasContent("one");
        }
        assertThat(blob.committed()).hasContent("two");
    }

    @Test
    void keepsAnOpenChannelReadableWhenTheConnectionMovesOn() throws IOException {
        Blob blob = committed("one");
        try (Connection other = database.open()) {
            Blob seen = other.root().get("blob", Blob.class);
            try (InputStream before = seen.openStream()) {
                write(blob, WriteMode.TRUNCATE, "two");
                connection.commit();
                other.sync();
                assertThat(read(seen)).isEqualTo("two");
                other.abort();
                assertThat(before.readAllBytes()).isEqualTo("one".getBytes(UTF_8));
            }
        }
    }

    @Test
    void storesNoFileForABlobThatWasNeverWritten() throws IOException {
        Blob blob = new Blob();
        connection.root().put("empty", blob);
        connection.commit();
        for (Object each : List.of(blob, database.open().get(blob.oid().orElseThrow()))) {
            Blob seen = (Blob) each;
            assertThatThrownBy(seen::open)
                    .isInstanceOf(PosKeyException.class)
                    .hasMessageContaining("No blob file")
                    .hasMessageContaining("oid " + blob.oid().orElseThrow());
            assertThatThrownBy(seen::committed).isInstanceOf(PosKeyException.class);
        }
        write(blob, WriteMode.APPEND, "new data");
        connection.commit();
        assertThat(read(blob)).isEqualTo("new data");
    }

    @Test
    void storesAnEmptyFileForABlobThatWasWrittenEmpty() throws IOException {
        Blob blob = new Blob();
        connection.root().put("empty", blob);
        blob.open(WriteMode.TRUNCATE).close();
        connection.commit();
        assertThat(read(blob)).isEmpty();
        assertThat(blob.committed()).isEmptyFile();
    }

    @Test
    void saysThatANewBlobIsInNoDatabase() {
        Blob blob = new Blob();
        assertThatThrownBy(blob::open).isInstanceOf(IllegalStateException.class).hasMessageContaining("never written");
        assertThatThrownBy(blob::committed).isInstanceOf(IllegalStateException.class);
        assertThat(blob.oid()).isEmpty();
    }

    @Test
    void hasManyReadersOrOneWriter() throws IOException {
        Blob blob = committed("x");
        SeekableByteChannel one = blob.open();
        SeekableByteChannel two = blob.open();
        one.close();
        one.close();
        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> blob.open(mode))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already open for reading");
        }
        Path file = file("y");
        assertThatThrownBy(() -> blob.consume(file)).isInstanceOf(IllegalStateException.class);
        assertThat(file).exists();
        assertThat(blob.persistence().isChanged()).isFalse();
        two.close();
        try (OutputStream writer = blob.openStream(WriteMode.UPDATE)) {
            writer.write('z');
            assertThatThrownBy(blob::open)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already open for writing");
            assertThatThrownBy(() -> blob.open(WriteMode.APPEND))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already open for writing");
        }
        assertThat(read(blob)).isEqualTo("z");
    }

    @Test
    void refusesToCommitWhileUncommittedBytesAreOpen() throws IOException {
        Blob blob = committed("x");
        Tid last = database.storage().lastTransaction();
        OutputStream writer = blob.openStream(WriteMode.TRUNCATE);
        connection.root().put("other", "change");
        assertThatThrownBy(connection::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open");
        assertThat(database.storage().lastTransaction()).isEqualTo(last);
        connection.abort();
        assertThatThrownBy(() -> writer.write('y')).isInstanceOf(ClosedChannelException.class);
        assertThat(read(blob)).isEqualTo("x");

        write(blob, WriteMode.TRUNCATE, "y");
        try (InputStream reader = blob.openStream()) {
            assertThatThrownBy(connection::commit).isInstanceOf(IllegalStateException.class);
            connection.abort();
            assertThatThrownBy(reader::read).isInstanceOf(ClosedChannelException.class);
        }
        assertThat(read(blob)).isEqualTo("x");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void commitsWhileCommittedBytesAreRead() throws IOException {
        Blob blob = committed("x");
        try (InputStream reader = blob.openStream()) {
            connection.root().put("other", "change");
            assertThat(connection.commit()).isPresent();
            assertThat(reader.read()).isEqualTo('x');
        }
    }

    @Test
    void abortGivesUpWhatWasWritten() throws IOException {
        Blob blob = committed("x");
        write(blob, WriteMode.APPEND, "y");
        assertThat(temporaryFiles()).hasSize(1);
        connection.abort();
        assertThat(temporaryFiles()).isEmpty();
        assertThat(read(blob)).isEqualTo("x");
        assertThat(connection.commit()).isEmpty();
    }

    @Test
    void closingTheConnectionGivesUpWhatWasWritten() throws IOException {
        write(committed("x"), WriteMode.APPEND, "y");
        connection.close();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void doesNotCommitANewBlobWhoseBytesWereGivenUp() throws IOException {
        Blob blob = new Blob();
        connection.root().put("blob", blob);
        connection.add(blob);
        write(blob, WriteMode.TRUNCATE, "precious");
        connection.abort();
        connection.root().put("blob", blob);
        assertThatThrownBy(connection::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("write again");
        assertThatThrownBy(blob::open).isInstanceOf(IllegalStateException.class);
        connection.abort();
        assertThatThrownBy(() -> blob.open(WriteMode.APPEND)).isInstanceOf(IllegalStateException.class);
        write(blob, WriteMode.TRUNCATE, "again");
        connection.root().put("blob", blob);
        connection.commit();
        assertThat(read(blob)).isEqualTo("again");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void doesNotCommitANewBlobWhoseBytesWentWithAFailedTransaction() throws IOException {
        committed("x");
        Blob blob = new Blob();
        connection.add(blob);
        write(blob, WriteMode.TRUNCATE, "precious");
        connection.root().put("conflict", 1);
        try (Connection other = database.open()) {
            other.root().put("conflict", 2);
            other.commit();
        }
        assertThatThrownBy(connection::commit).isInstanceOf(ConflictException.class);
        connection.abort();
        connection.root().put("blob", blob);
        assertThatThrownBy(connection::commit).isInstanceOf(IllegalStateException.class);
        connection.abort();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void discardsANewBlob() throws IOException {
        Blob blob = new Blob();
        blob.discard();
        OutputStream writer = blob.openStream(WriteMode.TRUNCATE);
        writer.write('x');
        blob.discard();
        assertThatThrownBy(() -> writer.write('y')).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(blob::open).isInstanceOf(IllegalStateException.class);
        connection.add(blob);
        assertThatThrownBy(blob::discard)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connection");
    }

    @Test
    void writesNothingForABlobThatWasOnlySaidToBeChanged() throws IOException {
        Blob blob = committed("x");
        blob.changed();
        assertThat(connection.commit()).isEmpty();
        assertThat(blob.persistence().isChanged()).isFalse();
        write(blob, WriteMode.APPEND, "y");
        assertThat(connection.commit()).isPresent();
        assertThat(read(blob)).isEqualTo("xy");
    }

    @Test
    void consumesAFile() throws IOException {
        Blob blob = new Blob();
        Path first = file("first");
        blob.consume(first);
        assertThat(first).doesNotExist();
        assertThat(read(blob)).isEqualTo("first");
        connection.root().put("blob", blob);
        connection.commit();
        assertThat(read(blob)).isEqualTo("first");

        write(blob, WriteMode.TRUNCATE, "overwritten");
        Path second = file("second");
        blob.consume(second);
        assertThat(second).doesNotExist();
        assertThat(temporaryFiles()).hasSize(1);
        write(blob, WriteMode.APPEND, " and more");
        connection.commit();
        assertThat(read(blob)).isEqualTo("second and more");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void leavesAFileThatCannotBeConsumed() throws IOException {
        Blob blob = committed("x");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file("target"));
        for (Path bad : List.of(directory, directory.resolve("missing"), link)) {
            assertThatThrownBy(() -> blob.consume(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.toString());
        }
        assertThat(blob.persistence().isChanged()).isFalse();
        assertThat(link).exists();
    }

    @Test
    void keepsWhatItHasIfTheDiskFails() throws IOException {
        Blob blob = committed("x");
        write(blob, WriteMode.APPEND, "y");
        Path file = file("z");
        Path temporary = database.blobs().temporaryDirectory();
        Path aside = directory.resolve("aside");
        Files.move(temporary, aside);
        assertThatThrownBy(() -> blob.consume(file)).isInstanceOf(java.io.UncheckedIOException.class);
        assertThat(file).hasContent("z");
        Files.move(aside, temporary);
        assertThat(read(blob)).isEqualTo("xy");
        connection.commit();
        assertThat(read(blob)).isEqualTo("xy");

        Files.move(temporary, aside);
        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> blob.open(mode)).isInstanceOf(java.io.UncheckedIOException.class);
        }
        Files.move(aside, temporary);
        assertThat(connection.commit()).isEmpty();
        assertThat(read(blob)).isEqualTo("xy");
    }

    @Test
    void namesTheCommittedFileOnlyWhileItIsWhatIsRead() throws IOException {
        Blob blob = committed("x");
        Path file = blob.committed();
        assertThat(file).hasContent("x");
        write(blob, WriteMode.APPEND, "y");
        assertThatThrownBy(blob::committed)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("uncommitted changes");
        connection.abort();
        assertThat(blob.committed()).isEqualTo(file);
    }

    @Test
    void writesNothingWhereNothingCanBeCommitted() throws IOException {
        committed("x");
        try (Connection then = database.at(database.storage().lastTransaction())) {
            Blob blob = then.root().get("blob", Blob.class);
            Path file = file("y");
            assertThatThrownBy(() -> blob.open(WriteMode.TRUNCATE)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> blob.consume(file)).isInstanceOf(ReadOnlyException.class);
            assertThat(file).hasContent("y");
            assertThat(temporaryFiles()).isEmpty();
            assertThat(read(blob)).isEqualTo("x");
        }
    }

    @Test
    void needsAStorageWithBlobs() throws IOException {
        Path file = directory.resolve("Plain.fs");
        try (Database plain = Database.open(FileStorage.open(file, FileStorageOptions.of(new TickingClock())));
                Connection plainConnection = plain.open()) {
            Blob blob = new Blob();
            write(blob, WriteMode.TRUNCATE, "x");
            plainConnection.root().put("blob", blob);
            Tid last = plain.storage().lastTransaction();
            assertThatThrownBy(plainConnection::commit)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("without blobs");
            plainConnection.abort();
            assertThat(plain.storage().lastTransaction()).isEqualTo(last);
        }
    }

    @Test
    void printsItsClassAndOid() {
        Blob blob = new Blob();
        assertThat(blob).hasToString("<ZODB.blob.Blob, new>");
        connection.add(blob);
        assertThat(blob).hasToString("<ZODB.blob.Blob 0x01>");
    }

    private Blob committed(String content) throws IOException {
        Blob blob = new Blob();
        connection.root().put("blob", blob);
        write(blob, WriteMode.TRUNCATE, content);
        connection.commit();
        return blob;
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "file", null), content);
    }

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(database.blobs().temporaryDirectory())) {
            return files.toList();
        }
    }

    private static void write(Blob blob, WriteMode mode, String text) throws IOException {
        try (OutputStream out = blob.openStream(mode)) {
            out.write(text.getBytes(UTF_8));
        }
    }

    private static String read(Blob blob) throws IOException {
        try (InputStream in = blob.openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
