package io.zrs.primary;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.golden.Golden;
import io.zrs.storage.Storage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** The files that the recorded streams were sent from. */
final class GoldenStorage {
    private GoldenStorage() {}

    /** The files of {@code recording}'s set, to be read only. */
    static Storage open(String recording) {
        String set = recording.substring(0, recording.indexOf('/'));
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        Storage file = FileStorage.open(
                Golden.path(set + "/Data.fs"), FileStorageOptions.of(clock).withMode(Mode.READ_ONLY));
        return set.endsWith("-small") ? file : BlobStorage.wrap(file, Golden.path(set + "/blobs"));
    }
}
