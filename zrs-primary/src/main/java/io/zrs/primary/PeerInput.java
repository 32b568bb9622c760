package io.zrs.primary;

import io.zrs.protocol.Greeting;
import io.zrs.protocol.HandshakeException;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a secondary says: the greeting decides on the protocol, whose session takes everything behind it.
 *
 * <p>Threading: confined to the reactor thread, but for {@link #protocol}.
 */
final class PeerInput {
    private final Setup setup;
    private final SendingEvents events;
    private final Consumer<ByteBuffer> output;
    private final Greeting greeting = new Greeting();
    private @Nullable SendingSession session;
    private volatile @Nullable String protocol;

    PeerInput(Setup setup, SendingEvents events, Consumer<ByteBuffer> output) {
        this.setup = setup;
        this.events = events;
        this.output = output;
    }

    /**
     * Takes bytes of the peer, cut anywhere.
     *
     * @throws io.zrs.protocol.ProtocolException if they break the protocol, or name one that cannot be spoken here; nothing more can be taken
     */
    void receive(ByteBuffer bytes) {
        if (session == null) {
            String id = greeting.decode(bytes);
            if (id == null) {
                return;
            }
            protocol = id;
            session = find(id).send(events, output);
        }
        session.receive(bytes);
    }

    /** What the connection is served by; not before {@link SendingEvents#start}. */
    SendingSession session() {
        if (session == null) {
            throw new IllegalStateException("the secondary has not named its protocol yet");
        }
        return session;
    }

    /** Id of the protocol that was asked for, null before that; any thread may ask. */
    @Nullable
    String protocol() {
        return protocol;
    }

    private ReplicationProtocol find(String id) {
        ReplicationProtocol found = setup.settings().protocols().stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new HandshakeException("invalid protocol '" + id + "', not one of "
                        + setup.settings().protocols().stream()
                                .map(ReplicationProtocol::id)
                                .toList()));
        found.objectionToSend(setup.storage()).ifPresent(objection -> {
            throw new HandshakeException("invalid protocol '" + id + "': " + objection);
        });
        return found;
    }
}
