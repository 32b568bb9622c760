/** A blob directory around any storage. */
module io.zrs.blob {
    requires transitive io.zrs.storage;
    requires io.zrs.pickle;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.blob;

    provides io.zrs.storage.StorageWrapperProvider with
            io.zrs.blob.BlobStorageProvider;
}
