package io.zrs.filestorage;

import io.zrs.storage.PackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code NAME.pack}, which a pack of {@code NAME} writes and then puts in its place. If {@code NAME} is a symbolic link, this is about the file that it
 * leads to.
 */
final class PackFile {
    private static final Logger LOG = LoggerFactory.getLogger(PackFile.class);

    private PackFile() {}

    /** {@code NAME.pack}. */
    static Path of(Path dataFile) throws IOException {
        Path real = dataFile.toRealPath();
        return real.resolveSibling(real.getFileName() + ".pack");
    }

    /** Makes {@code file}, which is {@code NAME.pack}, empty, with the permissions of {@code NAME} and, if possible, its owner and group. */
    static void create(Path file, Path dataFile) throws IOException {
        Files.createFile(file);
        PosixFileAttributeView target = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        PosixFileAttributeView source = Files.getFileAttributeView(dataFile, PosixFileAttributeView.class);
        if (target != null && source != null) {
            PosixFileAttributes attributes = source.readAttributes();
            try {
                target.setGroup(attributes.group());
                target.setOwner(attributes.owner());
            } catch (IOException e) {
                LOG.warn("{} cannot be given the owner and the group of {}: {}", file, dataFile, e.toString());
            }
            target.setPermissions(attributes.permissions());
        }
    }

    /**
     * Checks that there is room.
     *
     * @throws PackException if there is not
     */
    static void checkRoom(Path dataFile, long neededBytes) throws IOException {
        long usableBytes = usableBytes(dataFile);
        if (usableBytes < neededBytes) {
            throw new PackException("packing " + dataFile + " needs " + neededBytes + " bytes, but only " + usableBytes
                    + " are free on its file system");
        }
    }

    /** What is free on the file system. */
    static long usableBytes(Path dataFile) throws IOException {
        return Files.getFileStore(dataFile).getUsableSpace();
    }

    /** Deletes what a crash while packing may have left; only for those who may write. */
    static void deleteLeftover(Path dataFile) throws IOException {
        Path file = of(dataFile);
        if (Files.deleteIfExists(file)) {
            LOG.warn("{} was left by a pack that did not come to its end; it is deleted", file);
        }
    }
}
