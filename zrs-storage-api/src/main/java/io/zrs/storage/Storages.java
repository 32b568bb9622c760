package io.zrs.storage;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** Opens storages by URI, with the providers on the class or module path. Threading: thread-safe. */
public final class Storages {
    private Storages() {}

    /**
     * Opens a storage, for example {@code file:///var/zodb/Data.fs?blobstorage_dir=/var/zodb/blobs}; the caller closes it.
     *
     * @throws IllegalArgumentException if no provider claims the scheme or a parameter (the message lists the known ones), or a value is
     *     not to be understood
     * @throws StorageException if the storage cannot be opened
     */
    public static Storage open(String uri) {
        StorageUri parsed = StorageUri.parse(uri);
        StorageProvider provider = provider(parsed);
        List<StorageWrapperProvider> wrappers = wrappers(provider, parsed);
        Storage storage = provider.open(parsed);
        for (StorageWrapperProvider wrapper : wrappers) {
            storage = wrap(storage, wrapper, parsed);
        }
        return storage;
    }

    private static StorageProvider provider(StorageUri uri) {
        Set<String> known = new TreeSet<>();
        for (StorageProvider provider : ServiceLoader.load(StorageProvider.class)) {
            if (provider.scheme().equals(uri.scheme())) {
                return provider;
            }
            known.add(provider.scheme());
        }
        throw new IllegalArgumentException("no storage for the scheme '" + uri.scheme() + "'; known are " + known);
    }

    private static List<StorageWrapperProvider> wrappers(StorageProvider provider, StorageUri uri) {
        Set<String> asked = uri.parameters().keySet();
        Set<String> known = new TreeSet<>(provider.parameters());
        List<StorageWrapperProvider> wrappers = new ArrayList<>();
        for (StorageWrapperProvider wrapper : ServiceLoader.load(StorageWrapperProvider.class)) {
            known.addAll(wrapper.parameters());
            if (!Sets.intersection(asked, wrapper.parameters()).isEmpty()) {
                wrappers.add(wrapper);
            }
        }
        Set<String> unclaimed = new TreeSet<>(Sets.difference(asked, known));
        if (!unclaimed.isEmpty()) {
            throw new IllegalArgumentException("unknown parameters " + unclaimed + "; known are " + known);
        }
        return wrappers;
    }

    private static Storage wrap(Storage base, StorageWrapperProvider wrapper, StorageUri uri) {
        try {
            return wrapper.wrap(base, uri);
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }
}
