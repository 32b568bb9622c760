package io.zrs.database;

import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The persistent classes of ZODB and its companions that have a Java type, under all names that they have had.
 *
 * <p>Threading: immutable. Source: persistent, BTrees, ZODB; the older names: ZODB 3, {@code fsrefs.py} and the history of each.
 */
final class StandardClass {
    private static final Set<String> MAPPINGS = Set.of(
            "persistent.mapping.PersistentMapping",
            "persistent.mapping.PersistentDict",
            "persistent.dict.PersistentDict",
            "Persistence.PersistentMapping",
            "Persistence.mapping.PersistentMapping",
            "Persistence.dict.PersistentDict",
            "PersistentMapping.PersistentMapping",
            "PersistentDict.PersistentDict",
            "ZODB.PersistentMapping.PersistentMapping");
    private static final Set<String> LISTS = Set.of(
            "persistent.list.PersistentList",
            "Persistence.PersistentList",
            "Persistence.list.PersistentList",
            "PersistentList.PersistentList",
            "ZODB.PersistentList.PersistentList");

    private StandardClass() {}

    /**
     * Makes the objects of {@code pythonClass}, given the class that records are to name: another one for aliases. Null if it is a class of an
     * application.
     */
    static @Nullable Function<PythonClass, Persistent> of(PythonClass pythonClass) {
        String name = pythonClass.toString();
        if (MAPPINGS.contains(name)) {
            return PersistentMapping::new;
        }
        if (LISTS.contains(name)) {
            return PersistentList::new;
        }
        if (name.equals("BTrees.Length.Length")) {
            return Length::new;
        }
        if (name.equals("ZODB.blob.Blob")) {
            return Blob::new;
        }
        return BTreeClass.of(pythonClass).map(StandardClass::tree).orElse(null);
    }

    private static Function<PythonClass, Persistent> tree(BTreeClass treeClass) {
        return treeClass.isSet() ? named -> new BTreeSet(named, treeClass) : named -> new BTree(named, treeClass);
    }
}
