package io.zrs.pickle;

import io.zrs.golden.Golden;
import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;

/** Pickles for tests, and what is inside golden files. */
final class Pickles {
    static final PickleLimits LIMITS = new PickleLimits(1 << 20, 100, 10_000, 1_000, 200);

    private Pickles() {}

    /** Bytes from strings (Latin-1) and numbers (one byte each). */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                bytes.write(number);
            } else {
                bytes.writeBytes(part.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toByteArray();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] unhex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static PickleValue read(byte[] pickle) throws PickleException {
        return new PickleReader(LIMITS).read(ByteBuffer.wrap(pickle));
    }

    static PickleValue read(Object... parts) throws PickleException {
        return read(bytes(parts));
    }

    /** The two pickles of a record, with nothing after them. */
    static List<PickleValue> readRecord(byte[] record) throws PickleException {
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        ByteBuffer data = ByteBuffer.wrap(record);
        List<PickleValue> pickles = List.of(reader.read(data), reader.read(data));
        Assertions.assertThat(data.hasRemaining()).isFalse();
        return pickles;
    }

    /** All values in the order of writing; what can be shared has a number, and is given by it when it comes again. */
    static String structure(List<PickleValue> pickles) {
        StringBuilder structure = new StringBuilder();
        IdentityHashMap<PickleValue, Integer> seen = new IdentityHashMap<>();
        pickles.forEach(each -> structure(each, seen, structure));
        return structure.toString();
    }

    private static void structure(PickleValue value, Map<PickleValue, Integer> seen, StringBuilder structure) {
        if (!(value instanceof Compound)
                && !(value instanceof Text)
                && value.asBytes().isEmpty()) {
            structure.append(value).append(' ');
        } else if (value != PickleTuple.of()) {
            Integer known = seen.putIfAbsent(value, seen.size());
            structure
                    .append('#')
                    .append(known != null ? known : seen.size() - 1)
                    .append(' ');
            if (known == null) {
                structure
                        .append(value instanceof Compound compound ? compound.shape() : value)
                        .append('(');
                value.children().forEach(each -> structure(each, seen, structure));
                structure.append(") ");
            }
        } else {
            structure.append("() ");
        }
    }

    /** What is wrong with the pickle made of {@code parts}. */
    static Kind problem(PickleLimits limits, Object... parts) {
        ByteBuffer pickle = ByteBuffer.wrap(bytes(parts));
        PickleException e =
                Assertions.catchThrowableOfType(PickleException.class, () -> new PickleReader(limits).read(pickle));
        Assertions.assertThat(e).isNotNull();
        Assertions.assertThat(e).hasMessageContaining("at offset ");
        Assertions.assertThat(pickle.position()).as("position after a failure").isZero();
        return e.kind();
    }

    static Kind problem(Object... parts) {
        return problem(LIMITS, parts);
    }

    /** Tid in hex to extension, of each transaction in a golden file, in order. */
    static Map<String, byte[]> extensions(String file) {
        Map<String, byte[]> extensions = new TreeMap<>();
        scan(file, extensions, new ArrayList<>());
        return extensions;
    }

    /** The data of each record in a golden file that has some. */
    static List<byte[]> records(String file) {
        List<byte[]> records = new ArrayList<>();
        scan(file, new TreeMap<>(), records);
        return records;
    }

    /** Every pickled message in hex of a golden stream, by {@code kind}. */
    static List<byte[]> messages(String file, String kind) {
        List<byte[]> messages = new ArrayList<>();
        Golden.json(file).get("messages").forEach(message -> {
            if (message.get("kind").asText().equals(kind)) {
                messages.add(unhex(message.get("pickle").asText()));
            }
        });
        return messages;
    }

    private static void scan(String file, Map<String, byte[]> extensions, List<byte[]> records) {
        byte[] bytes = Golden.bytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int at = 4;
        while (at < bytes.length) {
            int end = at + (int) in.getLong(at + 8);
            int extensionAt = at + 23 + in.getShort(at + 17) + in.getShort(at + 19);
            int dataAt = extensionAt + in.getShort(at + 21);
            extensions.put(hex(slice(bytes, at, at + 8)), slice(bytes, extensionAt, dataAt));
            while (dataAt < end) {
                int size = (int) in.getLong(dataAt + 34);
                if (size > 0) {
                    records.add(slice(bytes, dataAt + 42, dataAt + 42 + size));
                }
                dataAt += 42 + (size > 0 ? size : 8);
            }
            at = end + 8;
        }
    }

    private static byte[] slice(byte[] bytes, int start, int end) {
        return java.util.Arrays.copyOfRange(bytes, start, end);
    }
}
