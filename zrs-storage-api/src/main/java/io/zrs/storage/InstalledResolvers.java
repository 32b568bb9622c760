package io.zrs.storage;

import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The conflict resolvers that are services, in the order in which they were found. Threading: thread-safe. */
final class InstalledResolvers implements ConflictResolver {
    private final List<ConflictResolver> resolvers;

    private InstalledResolvers(List<ConflictResolver> resolvers) {
        this.resolvers = resolvers;
    }

    static ConflictResolver load() {
        return new InstalledResolvers(ServiceLoader.load(ConflictResolver.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    @Override
    public byte @Nullable [] resolve(Oid oid, byte[] old, byte[] committed, byte[] changed) {
        for (ConflictResolver resolver : resolvers) {
            byte[] merged = resolver.resolve(oid, old, committed, changed);
            if (merged != null) {
                return merged;
            }
        }
        return null;
    }
}
