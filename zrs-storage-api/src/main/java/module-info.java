/** What a ZODB storage is, what it can do, and how it is opened. */
module io.zrs.storage {
    requires com.google.common;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.storage;

    uses io.zrs.storage.ConflictResolver;
    uses io.zrs.storage.StorageProvider;
    uses io.zrs.storage.StorageWrapperProvider;
}
