package io.zrs.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * Every change that is made to a blob directory, so that tests can stop after each one.
 *
 * <p>A change of names lasts once the directory that holds them is forced, bytes last once their file is forced; until then a power
 * failure may undo each by itself.
 *
 * <p>Threading: thread-safe.
 */
interface BlobDisk {
    /** Creates a file that did not exist, for its owner alone, open for writing. */
    FileChannel create(Path file) throws IOException;

    /** Creates one directory in one that exists. */
    void createDirectory(Path directory) throws IOException;

    /** Renames a file, over another if need be; copies and deletes it where it cannot be renamed. */
    void move(Path from, Path to) throws IOException;

    /** Deletes a file or an empty directory, if it exists. */
    void delete(Path path) throws IOException;

    /** Gives a committed file its mode: nobody may write, and those may read who may read its directory. */
    void protect(Path file) throws IOException;

    /** Makes the bytes and the mode of a file durable. */
    void force(Path file) throws IOException;

    /** Makes the names in a directory durable, where the file system can do so. */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Creates a directory and those above it that do not exist.
     *
     * @param changed gets each directory that holds a new name
     */
    default void createDirectories(Path directory, Set<Path> changed) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = Objects.requireNonNull(directory.getParent(), "a root exists");
        createDirectories(parent, changed);
        createDirectory(directory);
        changed.add(parent);
    }

    /**
     * Deletes a file, and the directories above it that are left empty; what is none of these stays.
     *
     * @param root stays in any case
     * @param changed gets each directory that lost a name
     */
    default void deleteWithEmptyDirectories(Path file, Path root, Set<Path> changed) throws IOException {
        Path path = file;
        while (!path.equals(root)) {
            try {
                delete(path);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
            path = Objects.requireNonNull(path.getParent(), "lies under the blob directory");
            changed.add(path);
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return; // somebody's file under the name that a directory would have
            }
        }
    }

    /** Makes the names in all of these directories durable that still exist. */
    default void forceDirectories(Set<Path> directories) throws IOException {
        for (Path directory : directories) {
            try {
                if (Files.isDirectory(directory)) {
                    forceDirectory(directory);
                }
            } catch (NoSuchFileException e) {
                // Gone meanwhile: whoever removed it forces the one above it.
            }
        }
    }
}
