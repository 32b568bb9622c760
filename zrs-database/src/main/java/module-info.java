/** ZODB objects over any storage. */
module io.zrs.database {
    requires transitive io.zrs.storage;
    requires io.zrs.pickle;
    requires com.google.common;
    requires org.slf4j;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports io.zrs.database;

    provides io.zrs.storage.ConflictResolver with
            io.zrs.database.StandardConflictResolver;
}
