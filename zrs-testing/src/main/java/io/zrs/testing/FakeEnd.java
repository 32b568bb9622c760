package io.zrs.testing;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An end of a fake connection, as the other end sees it. Nothing here calls a handler. Threading: confined to the reactor's thread. */
interface FakeEnd {
    /** Bytes from the other end; they are this end's from now on. */
    void receive(ByteBuffer bytes);

    /** How many bytes this end has received and not taken: the other end's backlog. */
    long untakenBytes();

    /** The other end took something of what this end sent. */
    void taken();

    /** The other end closed in order: nothing comes behind what it has sent. */
    void endOfStream();

    /** The connection is broken; what has not been taken is lost. */
    void reset(IOException cause);
}
