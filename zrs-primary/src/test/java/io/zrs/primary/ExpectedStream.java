package io.zrs.primary;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What our primary must send: the recorded bytes, but for an empty blob, which has one empty block instead of none, and the digests after
 * it. All digests are computed anew, so that a stream without empty blobs checks the computation.
 *
 * <p>One extension in two sets is a dictionary so large that Python 2 reads it from the file in one order and writes it to the stream in
 * another, that of its hash table. There any order is accepted, but nothing else.
 */
final class ExpectedStream {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] EMPTY = {};
    private static final String REORDERED = "extension variety";

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final MessageDigest md5;
    private final boolean isPython2;

    private ExpectedStream(boolean isPython2, byte[] start) throws NoSuchAlgorithmException {
        this.isPython2 = isPython2;
        this.md5 = MessageDigest.getInstance("MD5");
        md5.update(start);
    }

    /** Names of all recordings: {@code py3-small/from-zero.wire}, …. */
    static List<String> recordings() {
        return Golden.sets().stream()
                .filter(set -> !set.endsWith("-pack"))
                .flatMap(set -> Stream.of(set + "/from-zero.wire", set + "/from-middle.wire"))
                .filter(ExpectedStream::isThere)
                .toList();
    }

    /** What the recording's client sent. */
    static byte[] sentByClient(String recording) {
        return HEX.parseHex(Golden.json(recording + ".json").get("sent").textValue());
    }

    /**
     * The bytes that our primary must send in place of the recording's.
     *
     * @param actual what it did send, to be asked for the order of a dictionary
     */
    static byte[] of(String recording, byte[] actual) throws NoSuchAlgorithmException, PickleException {
        byte[] sent = sentByClient(recording);
        ExpectedStream expected = new ExpectedStream(
                recording.startsWith("py2-"), Arrays.copyOfRange(sent, sent.length - Long.BYTES, sent.length));
        ByteBuffer recorded = ByteBuffer.wrap(Golden.bytes(recording));
        boolean isEmptyBlob = false;
        for (JsonNode message : Golden.json(recording + ".json").get("messages")) {
            byte[] payload = new byte[recorded.getInt()];
            recorded.get(payload);
            String kind = message.get("kind").textValue();
            switch (kind) {
                case "B" -> {
                    isEmptyBlob = expected.countsNoBlocks(payload);
                    expected.frame(isEmptyBlob ? expected.withOneBlock(payload) : payload);
                }
                case "T" -> expected.frame(expected.inOrder(payload, actual));
                case "C" -> expected.frame(expected.commit());
                case "data" -> {
                    expected.frame(payload);
                    if (isEmptyBlob) {
                        expected.frame(EMPTY);
                        isEmptyBlob = false;
                    }
                }
                default -> expected.frame(payload);
            }
        }
        return expected.stream.toByteArray();
    }

    private static boolean isThere(String recording) {
        try {
            Golden.path(recording);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void frame(byte[] payload) {
        stream.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).array());
        stream.writeBytes(payload);
        md5.update(payload);
    }

    private byte[] inOrder(byte[] begin, byte[] actual) throws PickleException {
        int start = stream.size() + Integer.BYTES;
        int end = start + begin.length;
        if (!isPython2 || end > actual.length) {
            return begin;
        }
        byte[] other = Arrays.copyOfRange(actual, start, end);
        boolean isReordered = contains(begin, REORDERED) && contents(begin).equals(contents(other));
        return isReordered ? other : begin;
    }

    /** All that a message says, its extension in no order. */
    private static List<Object> contents(byte[] begin) throws PickleException {
        PickleValue message = new PickleReader(PickleLimits.MESSAGE).read(ByteBuffer.wrap(begin));
        List<PickleValue> fields = message.children().get(1).children();
        PickleDict extension = (PickleDict) fields.get(4);
        return List.of(fields.subList(0, 4), Set.copyOf(extension.entries()));
    }

    private static boolean contains(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
    }

    private boolean countsNoBlocks(byte[] blob) {
        return endsWith(blob, isPython2 ? "4c304c0a74742e" : "4b0074742e");
    }

    private byte[] withOneBlock(byte[] blob) {
        byte[] result = blob.clone();
        result[blob.length - (isPython2 ? 6 : 4)]++;
        return result;
    }

    private byte[] commit() {
        byte[] digest = digest();
        if (isPython2) {
            return HEX.parseHex("28550143285510" + HEX.formatHex(digest) + "74742e");
        }
        byte[] text = new String(digest, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
        return HEX.parseHex(
                "2858010000004328" + hex("c_codecs\nencode\n") + "2858" + HEX.toHexDigits((byte) text.length) + "000000"
                        + HEX.formatHex(text) + "5806000000" + hex("latin1") + "745274742e");
    }

    private byte[] digest() {
        try {
            return ((MessageDigest) md5.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private static String hex(String ascii) {
        return HEX.formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean endsWith(byte[] bytes, String suffix) {
        return HEX.formatHex(bytes).endsWith(suffix);
    }
}
