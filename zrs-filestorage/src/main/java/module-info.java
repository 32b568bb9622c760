import io.zrs.filestorage.FileStorageProvider;
import io.zrs.storage.StorageProvider;

/** The append-only {@code Data.fs} log as a storage. */
module io.zrs.filestorage {
    requires transitive io.zrs.storage;
    requires io.zrs.pickle;
    requires com.google.common;
    requires org.slf4j;
    requires static com.sun.jna;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.filestorage;

    provides StorageProvider with
            FileStorageProvider;
}
