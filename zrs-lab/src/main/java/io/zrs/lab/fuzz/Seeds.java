package io.zrs.lab.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Inputs to begin with, cut out of the golden data. Threading: thread-safe. */
final class Seeds {
    private static final List<String> OBJECTS = List.of("py2-objects", "py3-objects");
    private static final int MESSAGES_EACH = 40;
    private static final int MERGES_OF_A_CLASS = 3;
    private static final int TRANSACTIONS = 3;
    private static final long MAGIC_BYTES = 4;

    private Seeds() {}

    /** Records of objects, two pickles each. */
    static List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        for (String set : OBJECTS) {
            Golden.json(set + "/records.json").forEach(record -> records.add(hex(record, "data")));
        }
        return records;
    }

    /** Changes that were merged or not, as {@link MergeTarget} takes them. */
    static List<byte[]> conflicts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<byte[]> conflicts = new ArrayList<>();
        for (JsonNode conflict : Golden.json("conflicts.json")) {
            boolean isMerged = conflict.hasNonNull("merged");
            String kind = conflict.path("class").asText() + isMerged;
            if (counts.merge(kind, 1, Integer::sum) <= MERGES_OF_A_CLASS) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                for (String part : List.of("old", "committed", "changed")) {
                    byte[] record = hex(conflict, part);
                    out.write(record.length >> Byte.SIZE);
                    out.write(record.length);
                    out.writeBytes(record);
                }
                conflicts.add(out.toByteArray());
            }
        }
        return conflicts;
    }

    /** Messages of all kinds. */
    static List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>();
        for (String set : Golden.sets()) {
            int count = 0;
            for (JsonNode message : Golden.json(set + "/from-zero.wire.json").path("messages")) {
                if (message.hasNonNull("pickle") && count++ < MESSAGES_EACH) {
                    messages.add(hex(message, "pickle"));
                }
            }
        }
        return messages;
    }

    /** Beginnings of streams: of one, two and three transactions, with and without the rest of another one. */
    static List<byte[]> streams() {
        List<byte[]> streams = new ArrayList<>();
        for (String set : Golden.sets()) {
            byte[] wire = Golden.bytes(set + "/from-zero.wire");
            int version = set.endsWith("small") ? 0 : StreamTarget.ZRS21;
            int commits = 0;
            int position = 0;
            for (JsonNode message : Golden.json(set + "/from-zero.wire.json").path("messages")) {
                position = message.path("pos").asInt()
                        + Integer.BYTES
                        + message.path("len").asInt();
                if (message.path("kind").asText().equals("C") && commits++ < TRANSACTIONS) {
                    streams.add(stream(version, Arrays.copyOf(wire, position)));
                    streams.add(stream(version | StreamTarget.REPAIRED, Arrays.copyOf(wire, position - 1)));
                }
            }
        }
        return streams;
    }

    /** Greetings. */
    static List<byte[]> secondaryBytes() {
        ByteBuffer zrs21 = ByteBuffer.allocate(2 + 4 + 6 + 4 + 8 + 4)
                .putShort((short) 1)
                .putInt(6)
                .put("zrs2.1".getBytes(StandardCharsets.US_ASCII))
                .putInt(Long.BYTES)
                .putLong(0x036c6b90f7777777L)
                .putInt(0);
        return List.of(zrs21.array(), Arrays.copyOf(zrs21.array(), 15));
    }

    /** Small data files, whole, and cut after a few transactions or within one. */
    static List<byte[]> logs() {
        List<byte[]> logs = new ArrayList<>();
        for (String set : Golden.sets()) {
            byte[] log = Golden.bytes(set + "/Data.fs");
            logs.add(log);
            long position = MAGIC_BYTES;
            for (int i = 0; i < TRANSACTIONS; i++) {
                // A transaction ends eight bytes behind what the length at offset 8 says.
                position += ByteBuffer.wrap(log).getLong((int) position + Long.BYTES) + Long.BYTES;
                logs.add(Arrays.copyOf(log, (int) position));
            }
            logs.add(Arrays.copyOf(log, (int) position - 20));
        }
        return logs;
    }

    /** Saved indexes of whole data files, as {@link IndexTarget} takes them. */
    static List<byte[]> indexes() {
        List<byte[]> indexes = new ArrayList<>();
        for (int i = 0; i < IndexTarget.SETS.size(); i++) {
            byte[] index = Golden.bytes(IndexTarget.SETS.get(i) + "/Data.fs.index");
            indexes.add(ByteBuffer.allocate(1 + index.length)
                    .put((byte) i)
                    .put(index)
                    .array());
        }
        return indexes;
    }

    /** Blob directories, as {@link BlobTarget} takes them. */
    static List<byte[]> blobDirectories() {
        List<byte[]> directories = new ArrayList<>();
        for (int flags = 0; flags <= BlobTarget.LAWN; flags++) {
            boolean isLawn = flags == BlobTarget.LAWN;
            directories.add(directory(flags));
            directories.add(directory(flags, ".layout", isLawn ? "lawn" : "bushy"));
            directories.add(directory(flags, ".layout", isLawn ? "bushy" : "lawn", "tmp/x", "y"));
            directories.add(directory(flags, ".layout.new", "la", "0x01/0x0200.blob", "z"));
            List<String> markers = new ArrayList<>();
            StringBuilder removed = new StringBuilder();
            for (BlobTarget.Revision revision : revisions()) {
                String name = String.format("%016x-%016x", revision.oid(), revision.tid());
                markers.addAll(List.of("tmp/zrs-" + name + "-1.placing", ""));
                markers.addAll(List.of("tmp/zrs-" + name + "-1.data", "data"));
                markers.addAll(List.of(revision.path(isLawn), "placed"));
                removed.append(name.replace("-", "")).append('\n');
            }
            directories.add(directory(flags, markers.toArray(String[]::new)));
            directories.add(directory(flags, ".removed", removed.toString(), "tmp/secondary1blob", ""));
        }
        return directories;
    }

    private static List<BlobTarget.Revision> revisions() {
        List<BlobTarget.Revision> revisions = new ArrayList<>(BlobTarget.Revision.COMMITTED);
        revisions.add(BlobTarget.Revision.DELETED);
        revisions.add(new BlobTarget.Revision(2, 0x300));
        return revisions;
    }

    private static byte[] directory(int flags, String... namesAndContents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(flags);
        for (int i = 0; i < namesAndContents.length; i++) {
            if (i % 2 == 0) {
                out.write(0);
            }
            byte[] text = namesAndContents[i].getBytes(StandardCharsets.ISO_8859_1);
            out.write(text.length);
            out.writeBytes(text);
        }
        return out.toByteArray();
    }

    private static byte[] stream(int flags, byte[] stream) {
        return ByteBuffer.allocate(1 + Short.BYTES + Long.BYTES + stream.length)
                .put((byte) flags)
                .putShort((short) stream.length)
                .putLong(0)
                .put(stream)
                .array();
    }

    private static byte[] hex(JsonNode node, String field) {
        return HexFormat.of().parseHex(node.path(field).asText());
    }
}
