package io.zrs.testing.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a name in a directory stands for. Threading: guarded by its {@link Disk}. */
abstract sealed class Node permits FileNode, DirectoryNode {
    private final long number;
    private final FileTime creationTime;
    private Set<PosixFilePermission> permissions;
    private String owner = "owner";
    private String group = "group";
    private FileTime lastModifiedTime;
    private FileTime lastAccessTime;

    /** What gave it the name that it has now, null if that is durable, or its last name is gone for good. */
    @Nullable
    NameChange arrival;

    /** Where it lies; null for the root. A file that a crash left with two names lies in one of their directories. */
    @Nullable
    DirectoryNode parent;

    /** Its names: 0 if it was deleted, 2 if a crash kept the old and the new name of a renamed file. */
    int links;

    /**
     * New.
     *
     * @param number tells it from all others
     */
    Node(long number, FileTime now, String permissions) {
        this.number = number;
        this.creationTime = now;
        this.lastModifiedTime = now;
        this.lastAccessTime = now;
        this.permissions = PosixFilePermissions.fromString(permissions);
    }

    abstract long size();

    void modified(FileTime now) {
        lastModifiedTime = now;
    }

    void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed) {
        lastModifiedTime = modified == null ? lastModifiedTime : modified;
        lastAccessTime = accessed == null ? lastAccessTime : accessed;
    }

    void setPermissions(Set<PosixFilePermission> changed) {
        permissions = changed.isEmpty() ? EnumSet.noneOf(PosixFilePermission.class) : EnumSet.copyOf(changed);
    }

    void setOwner(String changed) {
        owner = changed;
    }

    void setGroup(String changed) {
        group = changed;
    }

    NodeAttributes attributes() {
        return new NodeAttributes(
                number,
                this instanceof DirectoryNode,
                size(),
                creationTime,
                lastModifiedTime,
                lastAccessTime,
                owner,
                group,
                Set.copyOf(permissions));
    }
}
