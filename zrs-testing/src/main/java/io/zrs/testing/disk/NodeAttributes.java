package io.zrs.testing.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Attributes of a file or directory as they were at one moment. Threading: immutable. */
record NodeAttributes(
        long number,
        boolean isDirectory,
        long size,
        FileTime creationTime,
        FileTime lastModifiedTime,
        FileTime lastAccessTime,
        String ownerName,
        String groupName,
        Set<PosixFilePermission> modes)
        implements PosixFileAttributes {

    /** Who owns files; nobody checks that he exists. */
    record Principal(String getName) implements GroupPrincipal {
        @Override
        public String toString() {
            return getName;
        }
    }

    @Override
    public UserPrincipal owner() {
        return new Principal(ownerName);
    }

    @Override
    public GroupPrincipal group() {
        return new Principal(groupName);
    }

    /** A set of the caller's, as that of the default file system. */
    @Override
    public Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> copy = EnumSet.noneOf(PosixFilePermission.class);
        copy.addAll(modes);
        return copy;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public Object fileKey() {
        return number;
    }

    /** By the names that {@link java.nio.file.Files#readAttributes(java.nio.file.Path, String, java.nio.file.LinkOption...)} knows. */
    Map<String, Object> byName(boolean posix) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lastModifiedTime", lastModifiedTime);
        all.put("lastAccessTime", lastAccessTime);
        all.put("creationTime", creationTime);
        all.put("size", size);
        all.put("isRegularFile", isRegularFile());
        all.put("isDirectory", isDirectory);
        all.put("isSymbolicLink", false);
        all.put("isOther", false);
        all.put("fileKey", fileKey());
        if (posix) {
            all.put("permissions", permissions());
            all.put("owner", owner());
            all.put("group", group());
        }
        return all;
    }
}
