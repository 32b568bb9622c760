package io.zrs.server;

import io.zrs.storage.Subscription;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** What {@code primary} and {@code secondary} do while their node runs. Threading: confined to the command's thread. */
final class Service implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(100);

    private final StatusLog status;
    private final Optional<Subscription> stateChanges;

    private Service(StatusLog status, Optional<Subscription> stateChanges) {
        this.status = status;
        this.stateChanges = stateChanges;
    }

    /** Tells scripts, on {@code out}, where to connect, and from now on the log how it is going. */
    static Service start(Node node, PrintWriter out) {
        StatusLog status = new StatusLog(() -> StatusLine.of(node), System::nanoTime);
        node.primary().ifPresent(primary -> {
            out.println("listening on " + Address.text(primary.address()));
            out.flush();
        });
        status.update();
        return new Service(
                status, node.secondary().map(secondary -> secondary.addStateListener(change -> status.update())));
    }

    /** Returns when it is to stop. */
    void runUntil(StopSignal stop) {
        runUntil(stop, Optional::empty);
    }

    /** Returns when it is to stop, with empty, or when {@code end} gives something, with that. */
    <T> Optional<T> runUntil(StopSignal stop, Supplier<Optional<T>> end) {
        Optional<T> ended = end.get();
        while (ended.isEmpty() && !stop.await(TICK)) {
            status.update();
            ended = end.get();
        }
        status.logNow();
        return ended;
    }

    /** Looks at the node no more, which can be closed then. */
    @Override
    public void close() {
        stateChanges.ifPresent(Subscription::close);
    }
}
