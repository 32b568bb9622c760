package io.zrs.testing.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link Files} does works as ever. */
class FilesTest {
    private final CrashingFileSystem fileSystem = CrashingFileSystem.create(1);
    private final Path file = fileSystem.getPath("/file");
    private final Path directory = fileSystem.getPath("/directory");

    @Test
    void keepsWhatIsWritten() throws IOException {
        Files.writeString(file, "eins");
        Files.writeString(file, "zwei", APPEND);
        assertThat(Files.readString(file)).isEqualTo("einszwei");
        assertThat(Files.size(file)).isEqualTo(8);
        Files.writeString(file, "drei");
        assertThat(Files.readAllLines(file)).containsExactly("drei");
    }

    @Test
    void streams() throws IOException {
        byte[] content = "0123456789".repeat(5000).getBytes(UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(content);
        }
        try (InputStream in = Files.newInputStream(file)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> Files.readString(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.size(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.createFile(directory.resolve("x"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.move(file, directory)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(file::toRealPath).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.exists(file)).isFalse();
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    void refusesWhatIsThere() throws IOException {
        Files.createFile(file);
        Files.createDirectory(directory);
        assertThatThrownBy(() -> Files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createDirectory(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.move(file, directory)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.copy(file, directory)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createFile(file.resolve("x"))).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.createDirectories(directory)).isEqualTo(directory);
    }

    @Test
    void keepsFilesAndDirectoriesApart() throws IOException {
        Files.createFile(file);
        Files.createDirectory(directory);
        assertThatThrownBy(() -> Files.writeString(directory, "x")).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.readString(directory)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.newDirectoryStream(file)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> Files.move(file, directory, StandardCopyOption.ATOMIC_MOVE))
                .isInstanceOf(AtomicMoveNotSupportedException.class);
        assertThat(Files.isDirectory(directory)).isTrue();
        assertThat(Files.isRegularFile(file)).isTrue();
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    void movesFilesAndDirectories() throws IOException {
        Files.createDirectories(directory.resolve("sub"));
        Path inner = Files.writeString(directory.resolve("sub/inner"), "new");
        Files.writeString(file, "old");
        Files.move(inner, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(Files.readString(file)).isEqualTo("new");
        assertThat(Files.exists(inner)).isFalse();
        Files.move(file, inner);
        Files.move(directory, fileSystem.getPath("other"));
        assertThat(Files.readString(fileSystem.getPath("/other/sub/../sub/./inner")))
                .isEqualTo("new");
        assertThatThrownBy(() -> Files.move(fileSystem.getPath("/other"), fileSystem.getPath("/other/sub/x")))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void followsAMovedFile() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
            Files.move(file, directory);
            channel.write(UTF_8.encode("x"));
        }
        assertThat(Files.readString(directory)).isEqualTo("x");
    }

    @Test
    void keepsADeletedFileForThoseWhoHaveItOpen() throws IOException {
        Files.writeString(file, "old");
        try (InputStream in = Files.newInputStream(file)) {
            Files.delete(file);
            Files.writeString(file, "new");
            assertThat(in.readAllBytes()).isEqualTo("old".getBytes(UTF_8));
        }
    }

    @Test
    void deletesEmptyDirectoriesOnly() throws IOException {
        Files.createDirectory(directory);
        Path inner = Files.createFile(directory.resolve("inner"));
        assertThatThrownBy(() -> Files.delete(directory)).isInstanceOf(DirectoryNotEmptyException.class);
        Files.delete(inner);
        assertThat(Files.deleteIfExists(directory)).isTrue();
        assertThat(Files.deleteIfExists(directory)).isFalse();
        assertThatThrownBy(() -> Files.delete(fileSystem.getPath("/"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void copies(@TempDir Path outside) throws IOException {
        Files.writeString(file, "x".repeat(100_000));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        Path copy = Files.copy(file, directory, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("r--------"));
        Files.copy(file, file);
        Files.writeString(file, "y");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(copy)).isEqualTo("y");
        Files.copy(file, outside.resolve("copy"));
        Files.copy(outside.resolve("copy"), fileSystem.getPath("/back"));
        assertThat(Files.readString(fileSystem.getPath("/back"))).isEqualTo("y");
    }

    @Test
    void listsNames() throws IOException {
        Files.createDirectories(directory.resolve("b/c"));
        Files.createFile(directory.resolve("a.txt"));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            assertThat(fileSystem.openHandles()).isEqualTo(1);
            assertThat(entries).containsExactly(directory.resolve("a.txt"), directory.resolve("b"));
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.txt")) {
            assertThat(entries).containsExactly(directory.resolve("a.txt"));
        }
        try (Stream<Path> all = Files.walk(fileSystem.getPath("/"))) {
            assertThat(all.map(Path::toString))
                    .containsExactly("/", "/directory", "/directory/a.txt", "/directory/b", "/directory/b/c");
        }
        assertThat(fileSystem.openHandles()).isZero();
    }

    @Test
    void keepsPermissionsAndTimes() throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.createDirectory(directory);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwxr-xr-x");
        Files.setLastModifiedTime(file, FileTime.fromMillis(77));
        assertThat(Files.getAttribute(file, "lastModifiedTime")).isEqualTo(FileTime.fromMillis(77));
        Files.setAttribute(file, "posix:permissions", PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(Files.readAttributes(file, "posix:permissions,size"))
                .isEqualTo(Map.of("size", 0L, "permissions", PosixFilePermissions.fromString("r-xr-xr-x")));
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        view.setOwner(fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("zope"));
        assertThat(Files.getOwner(file)).hasToString("zope");
        assertThat(fileSystem.supportedFileAttributeViews()).contains("basic", "posix");
    }

    @Test
    void tellsTheTimeByOperations() throws IOException {
        Files.createFile(file);
        FileTime created = Files.getLastModifiedTime(file);
        Files.writeString(file, "x");
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        assertThat(attributes.lastModifiedTime()).isGreaterThan(created);
        assertThat(attributes.creationTime()).isEqualTo(created);
    }

    @Test
    void knowsFilesByTheirNames() throws IOException {
        Files.createFile(file);
        Files.createDirectory(directory);
        assertThat(Files.isSameFile(file, fileSystem.getPath("directory/../file")))
                .isTrue();
        assertThat(Files.isSameFile(file, directory)).isFalse();
        assertThat(Files.isHidden(fileSystem.getPath("/.x"))).isTrue();
        assertThat(fileSystem.getPath("directory/../file").toRealPath()).isEqualTo(file);
        assertThat(fileSystem.getRootDirectories()).containsExactly(fileSystem.getPath("/"));
    }

    @Test
    void refusesOptionsThatItDoesNotKnowOrThatContradictEachOther() {
        assertThatThrownBy(() -> FileChannel.open(file, CREATE_NEW, WRITE, DELETE_ON_CLOSE))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> FileChannel.open(file, READ, APPEND));
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void endsWhenClosed() throws IOException {
        Files.createFile(file);
        FileChannel channel = FileChannel.open(file, READ);
        fileSystem.close();
        assertThat(fileSystem.isOpen()).isFalse();
        assertThatThrownBy(() -> Files.size(file)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(channel::size).isInstanceOf(ClosedFileSystemException.class);
        channel.close();
    }

    @Test
    void tellsItsSpace() throws IOException {
        fileSystem.setCapacity(100);
        Files.writeString(file, "x".repeat(30));
        assertThat(Files.getFileStore(file).getTotalSpace()).isEqualTo(100);
        assertThat(Files.getFileStore(file).getUsableSpace()).isEqualTo(70);
        Files.writeString(directory, "x".repeat(30));
        Files.move(file, directory, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.getFileStore(directory).getUsableSpace()).isEqualTo(70);
        Files.delete(directory);
        assertThat(fileSystem.getFileStores().iterator().next().getUsableSpace())
                .isEqualTo(100);
    }
}
