package io.zrs.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames.
 *
 * <pre>
 * frame := payloadSize:u32be payload:payloadSize*u8
 * </pre>
 *
 * <p>A frame with {@code payloadSize == 0} is legal. Input may be cut at any byte. Nothing is copied but payloads that are wanted whole and
 * arrive split.
 *
 * <p>Threading: confined to one thread at a time.
 */
public final class FrameDecoder {
    /** How a payload is passed on. */
    public enum Delivery {
        /** In one part, held in memory until it is there. */
        WHOLE,
        /** As it arrives, in at least one part; of any size. */
        IN_PARTS
    }

    /** Takes the frames. What it throws leaves {@link #decode} as it is; the decoder is not to be used again then. */
    public interface Receiver {
        /**
         * A frame begins. Nothing is allocated for it before this returns.
         *
         * @param payloadSize 0 to 2<sup>32</sup> - 1
         * @return {@link Delivery#WHOLE} only for sizes that an array can have
         * @throws ProtocolException to refuse the frame, for its size or at all
         */
        Delivery begin(long payloadSize);

        /**
         * A part of the payload, empty only if all of it is.
         *
         * @param bytes what stands between position and limit, valid only during the call; position and limit may be changed
         * @param last whether the payload ends here
         */
        void part(ByteBuffer bytes, boolean last);
    }

    private static final int HEADER_BYTES = Integer.BYTES;

    private final Receiver receiver;

    private int headerFilled;
    private long payloadSize;
    private long missing;
    private Delivery delivery = Delivery.IN_PARTS;
    private @Nullable ByteBuffer split;

    /** A decoder at the start of a stream. */
    public FrameDecoder(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Consumes all of {@code input} and passes on each part of a frame that is in it, in order. */
    public void decode(ByteBuffer input) {
        int end = input.limit();
        while (readHeader(input)) {
            int size = (int) Math.min(missing, end - input.position());
            if (size == 0 && missing > 0) {
                return;
            }
            int partEnd = input.position() + size;
            input.limit(partEnd);
            passOn(input, size);
            input.limit(end).position(partEnd);
        }
    }

    /** Whether a frame has come in part. */
    public boolean isMidway() {
        return headerFilled > 0;
    }

    /** Reads what is missing of the header; tells whether it is whole. */
    private boolean readHeader(ByteBuffer input) {
        if (headerFilled == HEADER_BYTES) {
            return true;
        }
        while (headerFilled < HEADER_BYTES) {
            if (!input.hasRemaining()) {
                return false;
            }
            payloadSize = ((payloadSize << Byte.SIZE) | (input.get() & 0xff)) & 0xffff_ffffL;
            headerFilled++;
        }
        missing = payloadSize;
        delivery = receiver.begin(payloadSize);
        return true;
    }

    private void passOn(ByteBuffer input, int size) {
        boolean last = size == missing;
        missing -= size;
        if (last) {
            headerFilled = 0;
        }
        if (delivery == Delivery.WHOLE && (split != null || !last)) {
            collect(input, last);
        } else {
            receiver.part(input, last);
        }
    }

    private void collect(ByteBuffer input, boolean last) {
        if (split == null) {
            split = ByteBuffer.allocate(Math.toIntExact(payloadSize));
        }
        ByteBuffer payload = split.put(input);
        if (last) {
            split = null;
            receiver.part(payload.flip(), true);
        }
    }
}
