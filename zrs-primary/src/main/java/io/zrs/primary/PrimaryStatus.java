package io.zrs.primary;

import io.zrs.storage.Tid;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Primary} at one moment. How far a follower is behind is the way from its {@code sent} or {@code acknowledged} to
 * {@code lastTransaction}.
 *
 * <p>Threading: immutable.
 *
 * @param address where it listens, with the port that was picked
 * @param lastTransaction the newest transaction of the storage
 * @param followers one for each connection, oldest first
 * @param lastProblem the last log line about a connection that was refused, broken off or lost, null if there was none
 */
public record PrimaryStatus(
        SocketAddress address,
        Tid lastTransaction,
        List<FollowerStatus> followers,
        @Nullable String lastProblem) {
    /** Makes {@code followers} immutable. */
    public PrimaryStatus {
        followers = List.copyOf(followers);
    }
}
