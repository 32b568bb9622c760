package io.zrs.testing.disk;

import io.zrs.testing.disk.DiskOperation.Kind;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Attributes of whatever a path stands for at the moment. Set ones survive every crash. Threading: thread-safe. */
final class NodeAttributeView implements PosixFileAttributeView {
    private static final String POSIX = "posix";

    private final Disk disk;
    private final CrashingPath path;
    private final String name;

    NodeAttributeView(Disk disk, CrashingPath path, String name) {
        this.disk = disk;
        this.path = path;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public PosixFileAttributes readAttributes() throws IOException {
        synchronized (disk) {
            disk.life();
            return disk.tree().get(path).attributes();
        }
    }

    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
            throws IOException {
        set(node -> node.setTimes(modified, accessed));
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        set(node -> node.setPermissions(permissions));
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return readAttributes().owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) throws IOException {
        set(node -> node.setOwner(owner.getName()));
    }

    @Override
    public void setGroup(GroupPrincipal group) throws IOException {
        set(node -> node.setGroup(group.getName()));
    }

    /** Reads what {@code names} lists: {@code *} or names with commas between, after {@code basic:}, {@code posix:} or nothing. */
    static Map<String, Object> byName(Disk disk, CrashingPath path, String names) throws IOException {
        String view = names.contains(":") ? names.substring(0, names.indexOf(':')) : "basic";
        String list = names.substring(names.indexOf(':') + 1);
        checkView(view);
        PosixFileAttributes read = new NodeAttributeView(disk, path, view).readAttributes();
        Map<String, Object> all = ((NodeAttributes) read).byName(view.equals(POSIX));
        Set<String> wanted = new LinkedHashSet<>(Set.of(list.split(",", -1)));
        if (wanted.remove("*")) {
            return all;
        }
        if (!all.keySet().containsAll(wanted)) {
            throw new IllegalArgumentException("not all of " + list + " are attributes of the view " + view);
        }
        all.keySet().retainAll(wanted);
        return all;
    }

    /** Sets one that {@code name} names, with its view or without. */
    @SuppressWarnings("unchecked") // As that method of Files has it.
    static void setByName(Disk disk, CrashingPath path, String name, Object value) throws IOException {
        String view = name.contains(":") ? name.substring(0, name.indexOf(':')) : "basic";
        checkView(view);
        NodeAttributeView attributes = new NodeAttributeView(disk, path, view);
        switch (name.substring(name.indexOf(':') + 1)) {
            case "lastModifiedTime" -> attributes.setTimes((FileTime) value, null, null);
            case "lastAccessTime" -> attributes.setTimes(null, (FileTime) value, null);
            case "permissions" -> attributes.setPermissions((Set<PosixFilePermission>) value);
            case "owner" -> attributes.setOwner((UserPrincipal) value);
            case "group" -> attributes.setGroup((GroupPrincipal) value);
            default -> throw new IllegalArgumentException(name + " is no attribute that can be set");
        }
    }

    private static void checkView(String view) {
        if (!view.equals("basic") && !view.equals(POSIX) && !view.equals("owner")) {
            throw new UnsupportedOperationException("no view " + view);
        }
    }

    private void set(Consumer<Node> change) throws IOException {
        disk.ask(disk.life(), Kind.SET_ATTRIBUTES, path, 0, 0);
        synchronized (disk) {
            disk.life();
            change.accept(disk.tree().get(path));
        }
    }
}
