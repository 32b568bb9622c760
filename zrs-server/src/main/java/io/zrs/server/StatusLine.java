package io.zrs.server;

import io.zrs.primary.FollowerStatus;
import io.zrs.primary.PrimaryStatus;
import io.zrs.secondary.SecondaryState;
import io.zrs.secondary.SecondaryStatus;
import io.zrs.storage.Tid;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a {@link Node} is doing, in one line of the log. */
final class StatusLine {
    private final Optional<SecondaryStatus> secondary;
    private final Optional<PrimaryStatus> primary;

    private StatusLine(Optional<SecondaryStatus> secondary, Optional<PrimaryStatus> primary) {
        this.secondary = secondary;
        this.primary = primary;
    }

    /** Of this moment. */
    static StatusLine of(Node node) {
        return new StatusLine(
                node.secondary().map(follower -> follower.status()),
                node.primary().map(server -> server.status()));
    }

    /** What it says, without what changes all the time: two lines with other states differ in this. */
    String state() {
        String following = secondary
                .map(status -> words(status.state())
                        + status.lastDisconnection()
                                .map(end -> words(end.reason()))
                                .orElse(""))
                .orElse("");
        String followers = primary.map(status -> status.followers().stream()
                        .map(follower -> follower.peer() + (follower.sent() != null))
                        .collect(Collectors.joining(" ")))
                .orElse("");
        return following + " " + followers;
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder("status: ");
        secondary.ifPresent(status -> append(line, status));
        if (secondary.isPresent() && primary.isPresent()) {
            line.append("; ");
        }
        primary.ifPresent(status -> append(line, status));
        return line.toString();
    }

    private static void append(StringBuilder line, SecondaryStatus status) {
        line.append(words(status.state()))
                .append(' ')
                .append(Address.text(status.primary()))
                .append(" by ")
                .append(status.protocol())
                .append(", at ")
                .append(Quantities.tid(status.lastTransaction()))
                .append(", received ")
                .append(Quantities.count(status.transactionCount(), "transaction"))
                .append(", ")
                .append(Quantities.bytes(status.byteCount()))
                .append(status.allOnDisk() ? ", all on disk" : ", the last of it not on disk yet");
        if (status.state() == SecondaryState.WAITING || status.state() == SecondaryState.FAILED) {
            status.lastDisconnection()
                    .ifPresent(
                            end -> line.append(" (").append(words(end.reason())).append(')'));
        }
    }

    private static void append(StringBuilder line, PrimaryStatus status) {
        List<FollowerStatus> followers = status.followers();
        line.append("serving at ")
                .append(Address.text(status.address()))
                .append(", at ")
                .append(Quantities.tid(status.lastTransaction()))
                .append(", ")
                .append(Quantities.count(followers.size(), "follower"));
        for (FollowerStatus follower : followers) {
            Tid sent = follower.sent();
            line.append("; ")
                    .append(follower.peer())
                    .append(' ')
                    .append(words(follower.state()))
                    .append(sent == null ? "" : ", sent " + Quantities.tid(sent))
                    .append(", ")
                    .append(Quantities.bytes(follower.bytesSent()));
        }
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
