package io.zrs.lab.fuzz;

import io.zrs.blob.BlobDirectory;
import io.zrs.blob.BlobStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.MemoryStorage;
import io.zrs.testing.disk.CrashingFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a blob directory in which anything may lie about, beside committed blobs.
 *
 * <pre>
 * input := flags:u8 entry*                                      flags: 1 committed blobs lie as in a lawn, else as in a bush
 * entry := kind:u8 nameSize:u8 name contentSize:u8 content      kind: odd a directory, else a file
 * </pre>
 *
 * <p>The directory is opened or refused. Either way committed blobs are as they were, and so is what belongs to others; opened again, nothing changes any more.
 */
final class BlobTarget implements FuzzTarget {
    static final int LAWN = 1;

    private static final Pattern NO_NAME = Pattern.compile("[^!-.0-~]");
    private static final Pattern OURS = Pattern.compile("\\.removed|\\.layout\\.new|tmp/(zrs-.*|secondary.*blob)");
    private static final int ENTRIES_MAX = 100;
    private static final int DEPTH_MAX = 12;

    @Override
    public void run(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        boolean isLawn = (input.octet() & LAWN) != 0;
        try (CrashingFileSystem files = DataFile.fileSystem()) {
            Path root = Files.createDirectory(files.getPath("/blobs"));
            Set<String> committed = new HashSet<>();
            for (Revision revision : Revision.COMMITTED) {
                String path = revision.path(isLawn);
                write(root.resolve(path), revision.toString());
                committed.add(path);
            }
            for (int i = 0; i < ENTRIES_MAX && !input.isEmpty(); i++) {
                create(root, input);
            }
            Map<String, String> before = contents(root);
            boolean opened = open(root, isLawn);
            Map<String, String> after = contents(root);
            checkKept(committed, before, after);
            Check.same("opened again", opened, open(root, isLawn));
            Check.same("what is left", after, contents(root));
            Check.same("files left open", 0, files.openHandles());
        }
    }

    /** Opens the directory, whose committed blobs lie in that layout; false if it is refused. */
    static boolean open(Path root, boolean isLawn) {
        MemoryStorage base = Revision.committed();
        try (base;
                BlobStorage storage = BlobStorage.wrap(base, root)) {
            BlobDirectory directory = storage.directory();
            directory.walk(revision -> {});
            if (directory.layout().marker().equals(isLawn ? "lawn" : "bushy")) {
                for (Revision revision : Revision.COMMITTED) {
                    Path found = storage.loadBlob(new Oid(revision.oid()), new Tid(revision.tid()));
                    Check.same("where a blob lies", root.resolve(revision.path(isLawn)), found);
                }
            }
            return true;
        } catch (StorageException | UncheckedIOException e) {
            return false; // an unknown layout; a file where a directory should be, or the reverse
        }
    }

    private static void checkKept(Set<String> committed, Map<String, String> before, Map<String, String> after) {
        before.forEach((path, content) -> {
            boolean mayGo = OURS.matcher(path).matches() || (path.endsWith(".blob") && !committed.contains(path));
            String now = after.get(path);
            Check.that(now != null ? now.equals(content) : mayGo, "lost or changed: " + path);
        });
    }

    private static void create(Path root, Input input) throws IOException {
        boolean isDirectory = (input.octet() & 1) != 0;
        String name = new String(input.bytes(input.octet()), StandardCharsets.ISO_8859_1);
        String content = new String(input.bytes(input.octet()), StandardCharsets.ISO_8859_1);
        List<String> way = new ArrayList<>();
        for (String part : name.split("/", DEPTH_MAX)) {
            String cleaned = NO_NAME.matcher(part).replaceAll("");
            if (!cleaned.isEmpty() && !cleaned.equals(".") && !cleaned.equals("..")) {
                way.add(cleaned);
            }
        }
        Path path = root.resolve(String.join("/", way));
        try {
            if (isDirectory) {
                Files.createDirectories(path);
            } else if (!Files.exists(path)) {
                write(path, content);
            }
        } catch (FileSystemException e) {
            // There is a file where this wants a directory.
        }
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                if (Files.isRegularFile(path)) {
                    contents.put(root.relativize(path).toString(), Files.readString(path, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return contents;
    }

    /** A revision of a blob. */
    record Revision(long oid, long tid) {
        static final List<Revision> COMMITTED =
                List.of(new Revision(1, 0x100), new Revision(0x12345678, 0x200), new Revision(1, 0x036c6b90f7777777L));

        /** That of an object that does not exist any more. */
        static final Revision DELETED = new Revision(0x12345678, 0x036c6b911dddddddL);

        /** A storage with the records of all of them. */
        static MemoryStorage committed() {
            MemoryStorage storage = new MemoryStorage(DataFile.CLOCK);
            RestorableStorage restorable =
                    storage.capability(RestorableStorage.class).orElseThrow();
            COMMITTED.forEach(revision -> revision.restore(restorable, ByteBuffer.allocate(1)));
            DELETED.restore(restorable, null);
            restorable.force();
            return storage;
        }

        private void restore(RestorableStorage storage, @Nullable ByteBuffer data) {
            TransactionHeader header =
                    new TransactionHeader(new Tid(tid), TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
            try (RestoreTransaction transaction = storage.beginRestore(header, PickleDialect.PYTHON3)) {
                transaction.restore(new Oid(oid), new Tid(tid), data, null);
                transaction.vote();
                transaction.finish();
            }
        }

        /** Where its file lies, relative to the blob directory. */
        String path(boolean isLawn) {
            String object = isLawn
                    ? new Oid(oid).toString()
                    : new Oid(oid).toHex().replaceAll("(..)", "/0x$1").substring(1);
            return object + "/" + new Tid(tid) + ".blob";
        }
    }
}
