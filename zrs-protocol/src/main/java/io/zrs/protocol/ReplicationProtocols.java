package io.zrs.protocol;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The protocols on the class or module path. Threading: thread-safe. */
public final class ReplicationProtocols {
    private ReplicationProtocols() {}

    /** All protocols, sorted by id, so that the newest version of a name comes last. */
    public static List<ReplicationProtocol> all() {
        return ServiceLoader.load(ReplicationProtocol.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(ReplicationProtocol::id))
                .toList();
    }

    /** The protocol whose secondaries introduce themselves by {@code id}. */
    public static Optional<ReplicationProtocol> find(String id) {
        return all().stream().filter(protocol -> protocol.id().equals(id)).findFirst();
    }
}
