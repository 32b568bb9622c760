package io.zrs.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.testing.disk.CrashingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A target that refuses everything would find nothing. */
class BlobTargetTest {
    @Test
    void opensASoundDirectory() throws IOException {
        try (CrashingFileSystem files = DataFile.fileSystem()) {
            Path root = Files.createDirectory(files.getPath("/blobs"));
            for (BlobTarget.Revision revision : BlobTarget.Revision.COMMITTED) {
                Path file = root.resolve(revision.path(false));
                Files.createDirectories(file.getParent());
                Files.writeString(file, "blob");
            }
            Files.writeString(root.resolve(".layout"), "bushy");
            assertThat(BlobTarget.open(root, false)).isTrue();

            Files.writeString(root.resolve(".layout"), "zzz");
            assertThat(BlobTarget.open(root, false)).isFalse();
        }
    }
}
