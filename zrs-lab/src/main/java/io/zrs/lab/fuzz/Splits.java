package io.zrs.lab.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Ways to cut a stream into pieces, as a network does. Threading: stateless. */
enum Splits {
    /** One piece. */
    NONE {
        @Override
        int next(SplittableRandom random, int left) {
            return left;
        }
    },
    /** One byte each. */
    EVERYWHERE {
        @Override
        int next(SplittableRandom random, int left) {
            return 1;
        }
    },
    /** Pieces of 0 to 19 bytes, and sometimes longer ones. */
    SOMEWHERE {
        @Override
        int next(SplittableRandom random, int left) {
            return random.nextInt(random.nextInt(8) == 0 ? 1_000 : 20);
        }
    };

    /** Passes on the pieces of {@code bytes}, each with an array of its own, which is spoiled afterwards: nobody may keep it. */
    final void cut(byte[] bytes, long seed, Consumer<ByteBuffer> pieces) {
        SplittableRandom random = new SplittableRandom(seed);
        int position = 0;
        while (position < bytes.length) {
            int end = Math.min(bytes.length, position + next(random, bytes.length - position));
            byte[] piece = Arrays.copyOfRange(bytes, position, end);
            pieces.accept(ByteBuffer.wrap(piece));
            Arrays.fill(piece, (byte) 0x55);
            position = end;
        }
    }

    abstract int next(SplittableRandom random, int left);
}
