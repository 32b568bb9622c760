package io.zrs.server;

import io.zrs.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A copy of a golden set, to be opened and damaged. */
record GoldenCopy(String set, Path file, Path blobs) {
    /** Copies a set into {@code directory}, which is empty. */
    static GoldenCopy of(String set, Path directory) throws IOException {
        Path file = Golden.copy(set + "/Data.fs", directory.resolve("Data.fs"));
        Golden.copy(set + "/Data.fs.index", directory.resolve("Data.fs.index"));
        Path blobs = directory.resolve("blobs");
        if (Files.exists(Golden.path(set).resolve("blobs"))) {
            Golden.copy(set + "/blobs", blobs);
        } else {
            Files.createDirectory(blobs);
        }
        return new GoldenCopy(set, file, blobs);
    }

    /** Sets that are one database each. */
    static List<String> sets() {
        return Golden.sets().stream()
                .filter(set -> Files.exists(Golden.path(set).resolve("dump.json")))
                .toList();
    }

    /** What a secondary of this set must have in the end. */
    byte[] followed() {
        boolean differs = Files.exists(Golden.path(set).resolve("secondary.fs"));
        return Golden.bytes(set + (differs ? "/secondary.fs" : "/Data.fs"));
    }
}
