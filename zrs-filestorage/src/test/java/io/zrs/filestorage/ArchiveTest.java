package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file in a zip file, whose file system has fewer kinds of channels than others. */
class ArchiveTest {
    @TempDir
    private Path directory;

    @Test
    void canBeRead() throws IOException {
        try (FileSystem archive = archive();
                FileStorage storage =
                        FileStorage.open(archive.getPath("Data.fs"), options().withMode(Mode.READ_ONLY))) {
            assertThat(storage.load(Oid.ROOT).data()).isNotEmpty();
        }
    }

    @Test
    void cannotBeWritten() throws IOException {
        try (FileSystem archive = archive()) {
            Path file = archive.getPath("Data.fs");
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> FileStorage.open(file, options()))
                    .withMessageContaining("no asynchronous channels");
            assertThat(Files.readAllBytes(file)).isEqualTo(Golden.bytes("py3-small/Data.fs"));
        }
    }

    private FileSystem archive() throws IOException {
        FileSystem archive = FileSystems.newFileSystem(directory.resolve("archive.zip"), Map.of("create", "true"));
        Files.write(archive.getPath("Data.fs"), Golden.bytes("py3-small/Data.fs"));
        return archive;
    }
}
