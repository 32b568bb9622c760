package io.zrs.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.zrs.golden.Golden;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A recorded stream of a Python primary.
 *
 * @param name such as {@code py3-small/from-zero}
 */
record GoldenStream(String name) {
    /** All of them. */
    static List<GoldenStream> all() {
        List<GoldenStream> streams = new ArrayList<>();
        for (String set : Golden.sets()) {
            for (String start : List.of("from-zero", "from-middle")) {
                if (Files.exists(Golden.path(set).resolve(start + ".wire"))) {
                    streams.add(new GoldenStream(set + "/" + start));
                }
            }
        }
        return streams;
    }

    /** Those that are short enough to be cut at each position. */
    static Stream<GoldenStream> shortOnes() {
        return all().stream().filter(stream -> stream.bytes().length < 6_000);
    }

    byte[] bytes() {
        return Golden.bytes(name + ".wire");
    }

    Tid start() {
        return Tid.parse(description().get("start_tid").asText());
    }

    /** What the client said. */
    String sent() {
        return description().get("sent").asText();
    }

    ReplicationProtocol protocol() {
        return name.contains("-small/") ? new Zrs20() : new Zrs21();
    }

    PickleDialect dialect() {
        return name.startsWith("py2") ? PickleDialect.PYTHON2 : PickleDialect.PYTHON3;
    }

    /** The lines that an {@link EventLog} must hold, worked out from the decoded messages beside the stream. */
    List<String> expectedEvents() {
        byte[] stream = bytes();
        Map<String, String> extensions = extensions();
        List<String> lines = new ArrayList<>();
        JsonNode messages = description().get("messages");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            JsonNode fields = message.path("value").path("tuple");
            switch (message.get("kind").asText()) {
                case "T" -> {
                    String tid = text(fields.get(0));
                    lines.add(EventLog.begin(
                            tid,
                            latin1(fields.get(1)),
                            text(fields.get(2)),
                            text(fields.get(3)),
                            extensions.getOrDefault(tid, ""),
                            dialect()));
                }
                case "S" -> lines.add(record("store", fields, messages.get(i + 1)));
                case "B" -> {
                    lines.add(record("beginBlob", fields, messages.get(i + 1)));
                    lines.add(blob(stream, messages, i + 2, fields.get(4).asInt()));
                }
                case "C" -> lines.add("commit");
                default -> {}
            }
        }
        return comparable(lines);
    }

    /** Stored extensions by tid, in hexadecimal. */
    private Map<String, String> extensions() {
        Map<String, String> extensions = new HashMap<>();
        String set = name.substring(0, name.indexOf('/'));
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            extensions.put(
                    transaction.get("tid").asText(),
                    withoutSharing(transaction.get("extension_bytes").asText()));
        }
        return extensions;
    }

    /**
     * Drops what nobody can tell from a stream: which texts Python 2 puts into the memo of the one extension that has some of everything.
     * That nothing of it is lost shows when it is sent again.
     */
    List<String> comparable(List<String> lines) {
        String python2Variety = "description=657874656e73696f6e2076617269657479 .* PYTHON2";
        return lines.stream()
                .map(line -> line.replaceFirst(python2Variety, "extension of everything"))
                .toList();
    }

    /** The one extension that refers to a value twice, as a stream makes it: with the value written out twice. */
    private static String withoutSharing(String extension) {
        String shared2 = "7d7101285501615d710255067368617265647103615501626802752e";
        String shared3 = "80037d71002858010000006171015d7102580600000073686172656471036158010000006271046802752e";
        if (extension.equals(shared2)) {
            return "7d7101285501615d71025506736861726564615501625d7103550673686172656461752e";
        }
        if (extension.equals(shared3)) {
            return "80037d71002858010000006171015d71025806000000736861726564710361"
                    + "58010000006271045d71055806000000736861726564710661752e";
        }
        return extension;
    }

    private static String record(String call, JsonNode fields, JsonNode data) {
        boolean empty = data.get("len").asInt() == 0;
        JsonNode dataTid = fields.get(3);
        return EventLog.record(
                call,
                text(fields.get(0)),
                text(fields.get(1)),
                empty ? "" : data.get("sha256").asText(),
                dataTid.isNull() ? "" : text(dataTid));
    }

    private static String blob(byte[] stream, JsonNode messages, int first, int count) {
        var hasher = Hashing.sha256().newHasher();
        long size = 0;
        for (int i = first; i < first + count; i++) {
            int blockSize = messages.get(i).get("len").asInt();
            hasher.putBytes(stream, messages.get(i).get("pos").asInt() + 4, blockSize);
            size += blockSize;
        }
        return "endBlob " + size + " " + hasher.hash();
    }

    private static String text(JsonNode bytes) {
        return bytes.get("bytes").asText();
    }

    private static char latin1(JsonNode status) {
        return status.isTextual() ? status.asText().charAt(0) : (char) Integer.parseInt(text(status), 16);
    }

    private JsonNode description() {
        return Golden.json(name + ".wire.json");
    }

    @Override
    public String toString() {
        return name;
    }
}
