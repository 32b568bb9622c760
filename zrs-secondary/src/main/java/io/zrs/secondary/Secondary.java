package io.zrs.secondary;

import io.zrs.protocol.ReplicationProtocol;
import io.zrs.reactor.Reactor;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.ForwardingStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.Packable;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.TransactionLog;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read-only storage that follows a primary into the storage that it wraps.
 *
 * <p>It can be read at once, whatever becomes of the primary; what has been committed there shows here when it is on disk. Of the base it passes
 * on {@link TransactionLog}, so that it can be followed itself, {@link BlobCapable}, {@link HistoryCapable}, {@link RecordIteration} and
 * {@link Packable}. All abilities to write are hidden. Commit listeners are told on the executor's thread.
 *
 * <p>It may be packed while it follows, and while the primary is packed. Garbage should only be collected as of a time to which the primary is packed
 * too: whatever brings an object back there that was garbage by then, an undo for example, does not send it again.
 *
 * <p>A transaction that comes whole is applied, whatever happens to the connection then; one that does not leaves nothing behind. When the
 * connection is gone, or could not be made, there is another attempt, at once and then later and later ({@link RetryPolicy}), without end: a
 * primary that refuses this secondary, or sends damaged data, may be mended. There is no time-out for reading between transactions, since a primary
 * that has nothing to say says nothing; one that has begun has to go on, for there a damaged length would have this side wait for ever.
 *
 * <p>Threading: thread-safe. Connections live on the reactor thread; the storage is written on the executor, by one task at a time, which
 * returns when there is nothing to write.
 */
public final class Secondary extends ForwardingStorage {
    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    /** Whatever writes is left out, but for packing, and whatever nobody knows here. */
    private static final Set<Class<?>> PASSED_ON = Set.of(
            TransactionLog.class, BlobCapable.class, HistoryCapable.class, RecordIteration.class, Packable.class);

    private final Wiring wiring;
    private final Link link;
    private final StateListeners listeners;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Secondary(Storage base, Wiring wiring, Executor executor) {
        super(base);
        this.wiring = wiring;
        this.listeners = new StateListeners(executor);
        this.link = new Link(wiring, () -> listeners.tell(status()));
    }

    /**
     * Starts to follow.
     *
     * @param base the secondary's from now on, which alone may write to it and which closes it
     * @param primary an internet or a Unix domain address
     * @param reactor must outlive the secondary
     * @param applier runs what writes to {@code base}, and what tells listeners; a thread of it is busy only while there is something to do.
     *     With two threads the storage is written while it is forced. It must outlive the secondary
     * @throws IllegalArgumentException if no protocol of the settings can be used with {@code base}, which is still the caller's then
     */
    public static Secondary start(
            Storage base, SocketAddress primary, Reactor reactor, Executor applier, SecondarySettings settings) {
        ReplicationProtocol protocol = choose(settings.protocols(), base);
        OperationQueue queue = new OperationQueue(settings.queueSizeMax());
        Applier turns = new Applier(base, restorable(base), queue, applier, reactor.clock());
        Wiring wiring = new Wiring(primary, protocol, settings, reactor, turns);
        Secondary secondary = new Secondary(base, wiring, applier);
        LOG.info("{}: opened, to follow {}", base.name(), wiring.peer());
        reactor.execute(secondary.link::connect);
        return secondary;
    }

    /** How it is doing. Never blocks, and answers after {@link #close} too. */
    public SecondaryStatus status() {
        // In this order: what had come at the time of the snapshot is seen on its way or on disk.
        Link.Snapshot snapshot = link.snapshot();
        boolean idle = wiring.applier().isIdle();
        return new SecondaryStatus(
                closed.get() ? SecondaryState.CLOSED : snapshot.state(),
                wiring.primary(),
                wiring.protocol().id(),
                wiring.applier().durable(),
                snapshot.connectCount(),
                snapshot.transactionCount(),
                snapshot.byteCount(),
                wiring.applier().size(),
                idle && !snapshot.transactionOpen(),
                snapshot.disconnection());
    }

    /**
     * Has {@code listener} told of each change of state from now on, with the status right after it.
     *
     * <p>Threading: told in order on the executor; the last time, of {@link SecondaryState#CLOSED}, where {@link #close} was called. What it throws
     * is logged.
     *
     * @return closing it ends that
     */
    public Subscription addStateListener(Consumer<SecondaryStatus> listener) {
        return listeners.add(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        return PASSED_ON.contains(type) ? base().capability(type) : Optional.empty();
    }

    /**
     * Stops following: drops the connection and the transaction that has come in part, brings the whole ones to disk, and closes the base.
     *
     * <p>What is left to write is written on the calling thread, or by the task that is writing just then, for which this waits; so it needs
     * neither the reactor nor the executor, but takes its time. The reactor thread should therefore leave it to another one:
     * {@code executor.execute(secondary::close)}. Called by a commit listener or a state listener, it returns at once and is done when that has returned.
     *
     * @throws java.io.UncheckedIOException if the base cannot be closed in order; it is closed all the same
     */
    @Override
    public void close() {
        boolean first = closed.compareAndSet(false, true);
        if (first) {
            LOG.info("{}: closing, no longer follows {}", name(), wiring.peer());
            wiring.onReactor(link::close);
        }
        try {
            wiring.applier().close();
        } finally {
            if (first) {
                listeners.tellLast(status());
            }
        }
    }

    private static RestorableStorage restorable(Storage base) {
        return base.capability(BlobRestorableStorage.class)
                .<RestorableStorage>map(storage -> storage)
                .or(() -> base.capability(RestorableStorage.class))
                .orElseThrow(() -> new IllegalArgumentException(base.name() + " cannot restore transactions"));
    }

    private static ReplicationProtocol choose(List<ReplicationProtocol> protocols, Storage base) {
        List<String> objections = new ArrayList<>();
        for (ReplicationProtocol protocol : protocols) {
            Optional<String> objection = protocol.objectionToReceive(base);
            if (objection.isEmpty()) {
                return protocol;
            }
            objections.add(protocol.id() + ": " + objection.get());
        }
        throw new IllegalArgumentException(base.name() + " cannot follow a primary: "
                + (objections.isEmpty() ? "no protocol given" : String.join("; ", objections)));
    }
}
