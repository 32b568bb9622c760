package io.zrs.blob;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a blob directory spreads its files over directories: {@code <path of the oid>/<tid>.blob}.
 *
 * <p>The tid is written as ZODB prints it, not padded to 16 digits: tid 0x100 is {@code 0x0100.blob}. Each directory names its layout in
 * a file {@code .layout}.
 *
 * <p>Threading: immutable. Source: ZODB, {@code blob.py}.
 */
public enum BlobLayout {
    /** Eight levels of directories, one for each byte of the oid: {@code 0x00/0x00/0x00/0x00/0x00/0x0a/0xbc/0x01}. What new directories get. */
    BUSHY("bushy", 8) {
        @Override
        String oidPath(Oid oid) {
            StringBuilder path = new StringBuilder();
            String digits = oid.toHex();
            for (int i = 0; i < digits.length(); i += 2) {
                path.append(i == 0 ? "0x" : "/0x").append(digits, i, i + 2);
            }
            return path.toString();
        }
    },

    /** One directory for each oid: {@code 0x0abc01}. */
    LAWN("lawn", 1) {
        @Override
        String oidPath(Oid oid) {
            return oid.toString();
        }
    };

    private static final String SUFFIX = ".blob";

    private final String marker;
    private final int levels;

    BlobLayout(String marker, int levels) {
        this.marker = marker;
        this.levels = levels;
    }

    /** The name of the layout, as the file {@code .layout} holds it. */
    public String marker() {
        return marker;
    }

    /** The layout with that name, if it is one that a storage can have. */
    public static Optional<BlobLayout> named(String marker) {
        return Arrays.stream(values())
                .filter(layout -> layout.marker.equals(marker))
                .findFirst();
    }

    /** Directories between the blob directory and a blob's file. */
    int levels() {
        return levels;
    }

    /** Where the file of a revision lies, relative to the blob directory, with slashes. */
    String filePath(BlobRevision revision) {
        return oidPath(revision.oid()) + "/" + revision.tid() + SUFFIX;
    }

    /** The revision whose file lies at {@code path}, relative to the blob directory, with slashes; empty if it is no such path. */
    Optional<BlobRevision> revisionAt(String path) {
        int nameStart = path.lastIndexOf('/') + 1;
        if (nameStart == 0 || !path.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        try {
            Oid oid =
                    Oid.parse(path.substring(0, nameStart - 1).replace("0x", "").replace("/", ""));
            Tid tid = Tid.parse(path.substring(nameStart, path.length() - SUFFIX.length()));
            // Numbers can be written in several ways; only one of them is ever looked for.
            return Optional.of(new BlobRevision(oid, tid))
                    .filter(revision -> filePath(revision).equals(path));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    abstract String oidPath(Oid oid);
}
