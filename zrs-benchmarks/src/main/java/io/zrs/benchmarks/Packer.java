package io.zrs.benchmarks;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import java.nio.file.Path;
import java.time.Clock;

/** A process that opens a storage and packs it up to its last transaction. */
final class Packer {
    private Packer() {}

    /**
     * Packs.
     *
     * @param arguments the file
     */
    public static void main(String[] arguments) {
        try (FileStorage storage = FileStorage.open(Path.of(arguments[0]), FileStorageOptions.of(Clock.systemUTC()))) {
            storage.capability(Packable.class)
                    .orElseThrow()
                    .pack(storage.lastTransaction(), Garbage.COLLECT, PackListener.NONE);
        }
    }
}
