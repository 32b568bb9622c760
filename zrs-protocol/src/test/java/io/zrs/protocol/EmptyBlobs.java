package io.zrs.protocol;

import io.zrs.storage.Tid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a recorded stream into the one that we send: an empty blob has one empty block instead of none, which changes its message and
 * every checksum after it. Works on opcodes, so that it cannot share a fault with the codec.
 */
final class EmptyBlobs {
    private static final Pattern MESSAGE = Pattern.compile("^\\((?:U\1|X\1\0\0\0)([TSBC])\\(.*tt\\.$", Pattern.DOTALL);
    private static final Pattern NO_BLOCKS = Pattern.compile("(L0L\n|K\0)tt\\.$");
    private static final Pattern DIGEST_2 = Pattern.compile("^\\(U\1C\\(U\20.{16}tt\\.$", Pattern.DOTALL);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final MessageDigest md5;

    private EmptyBlobs(Tid start) {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        md5.update(ByteBuffer.allocate(8).putLong(start.value()).array());
    }

    static byte[] withEmptyBlocks(byte[] stream, Tid start) {
        EmptyBlobs rewriter = new EmptyBlobs(start);
        rewriter.rewrite(ByteBuffer.wrap(stream));
        return rewriter.out.toByteArray();
    }

    private void rewrite(ByteBuffer in) {
        boolean emptyBlob = false;
        boolean data = false;
        while (in.hasRemaining()) {
            byte[] payload = new byte[in.getInt()];
            in.get(payload);
            String text = new String(payload, StandardCharsets.ISO_8859_1);
            Matcher message = MESSAGE.matcher(text);
            if (data) {
                data = false;
                put(payload);
                if (emptyBlob) {
                    put(new byte[0]);
                    emptyBlob = false;
                }
            } else if (message.matches()) {
                String kind = message.group(1);
                data = kind.equals("S") || kind.equals("B");
                emptyBlob = kind.equals("B") && NO_BLOCKS.matcher(text).find();
                String count = text.contains("L0L") ? "L1Ltt." : "K\1tt.";
                String changed = emptyBlob ? NO_BLOCKS.matcher(text).replaceAll(count.replace("Lt", "L\nt")) : text;
                put((kind.equals("C") ? commit(DIGEST_2.matcher(text).matches()) : changed)
                        .getBytes(StandardCharsets.ISO_8859_1));
            } else {
                put(payload);
            }
        }
    }

    private String commit(boolean python2) {
        byte[] digest;
        try {
            digest = ((MessageDigest) md5.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
        String latin1 = new String(digest, StandardCharsets.ISO_8859_1);
        if (python2) {
            return "(U\1C(U\20" + latin1 + "tt.";
        }
        byte[] utf8 = latin1.getBytes(StandardCharsets.UTF_8);
        return "(X\1\0\0\0C(c_codecs\nencode\n(X" + (char) utf8.length + "\0\0\0"
                + new String(utf8, StandardCharsets.ISO_8859_1) + "X\6\0\0\0latin1tRtt.";
    }

    private void put(byte[] payload) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(payload.length).array());
        out.writeBytes(payload);
        md5.update(payload);
    }
}
