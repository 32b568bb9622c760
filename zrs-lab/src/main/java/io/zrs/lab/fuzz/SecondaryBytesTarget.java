package io.zrs.lab.fuzz;

import io.zrs.protocol.Greeting;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.protocol.Zrs21;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a secondary as a primary does.
 *
 * <pre>
 * input := splitSeed:u16be stream
 * </pre>
 *
 * <p>The stream is read to its end or to a {@link ProtocolException}, however it is cut.
 */
final class SecondaryBytesTarget implements FuzzTarget {
    @Override
    public void run(byte[] bytes) {
        Input input = new Input(bytes);
        long seed = input.size();
        byte[] stream = input.rest();
        List<String> whole = hear(stream, Splits.NONE, seed);
        Check.same("cut into pieces", whole, hear(stream, Splits.SOMEWHERE, seed));
        Check.same("cut into bytes", whole, hear(stream, Splits.EVERYWHERE, seed));
    }

    private static List<String> hear(byte[] stream, Splits splits, long seed) {
        Connection connection = new Connection();
        try {
            splits.cut(stream, seed, connection::receive);
        } catch (ProtocolException e) {
            connection.heard.add(e.toString());
        }
        return connection.heard;
    }

    private static final class Connection implements SendingEvents {
        private final List<String> heard = new ArrayList<>();
        private final Greeting greeting = new Greeting();
        private @Nullable SendingSession session;

        void receive(ByteBuffer piece) {
            if (session == null) {
                String id = greeting.decode(piece);
                if (id == null) {
                    Check.that(!piece.hasRemaining(), "a piece of a greeting is not consumed");
                    return;
                }
                heard.add("speaks " + id);
                session = new Zrs21().send(this, bytes -> {
                    throw new AssertionError("nothing is to be sent");
                });
            }
            session.receive(piece);
            Check.that(!piece.hasRemaining(), "a piece is not consumed");
        }

        @Override
        public void start(Tid last) {
            heard.add("starts at " + last);
        }

        @Override
        public void acknowledged(Tid tid) {
            heard.add("acknowledges " + tid);
        }
    }
}
