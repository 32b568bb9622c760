package io.zrs.secondary;

import io.zrs.storage.Subscription;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of changes, in order, one after the other, on an executor: the reactor thread runs nobody's code but ours.
 *
 * <p>Threading: thread-safe.
 */
final class StateListeners {
    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    private final List<Consumer<SecondaryStatus>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<SecondaryStatus> changes = new ConcurrentLinkedQueue<>();
    private final SerialTask delivery;

    /** Nobody listens yet. */
    StateListeners(Executor executor) {
        delivery = new SerialTask(executor, this::deliver, this::deliver);
    }

    Subscription add(Consumer<SecondaryStatus> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Has everybody told of {@code change}, soon. */
    void tell(SecondaryStatus change) {
        changes.add(change);
        try {
            delivery.request();
        } catch (RejectedExecutionException e) {
            LOG.debug("listeners are not told of {}: {}", change.state(), e.toString());
        }
    }

    /** Has everybody told of {@code change}, the last one, before this returns, unless a listener calls this. */
    void tellLast(SecondaryStatus change) {
        changes.add(change);
        delivery.end();
    }

    private void deliver() {
        for (SecondaryStatus change = changes.poll(); change != null; change = changes.poll()) {
            for (Consumer<SecondaryStatus> listener : listeners) {
                tell(listener, change);
            }
        }
    }

    private static void tell(Consumer<SecondaryStatus> listener, SecondaryStatus change) {
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed at the change to {}", change.state(), e);
        }
    }
}
