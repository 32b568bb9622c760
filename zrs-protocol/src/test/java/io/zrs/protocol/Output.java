package io.zrs.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what a session sends, without a copy, so that it shows if a session writes into what it has given away. */
final class Output implements Consumer<ByteBuffer> {
    final List<ByteBuffer> buffers = new ArrayList<>();

    @Override
    public void accept(ByteBuffer bytes) {
        buffers.add(bytes);
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer buffer : buffers) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.duplicate().get(copy);
            all.writeBytes(copy);
        }
        return all.toByteArray();
    }

    String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
