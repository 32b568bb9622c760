package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShowCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Oid PLIST = new Oid(3);

    @TempDir
    private Path directory;

    @Test
    void printsTheRootWithALineForEachObject() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-objects", directory);
        assertThat(run("show", copy.file(), "--blobs", copy.blobs()).lines())
                .startsWith(
                        "/: persistent.mapping.PersistentMapping 0x00",
                        "tid 0x036c6b911ddddddd (2007-03-21 20:33:07.000000), 1,285 bytes",
                        "")
                .contains(
                        "'plist': → persistent.list.PersistentList 0x03  [1, 2, → persistent.mapping.PersistentMapping 0x05]",
                        "'oob_empty': → BTrees.OOBTree.OOBTree 0x08  {}",
                        "'length': → BTrees.Length.Length 0x15  42",
                        "'newargs': → app.models.WithNewArgs 0x016a  ((arguments)=(1, 'b'), a=1, b='b')",
                        "'blob': → ZODB.blob.Blob 0x016f  16 B",
                        "'empty': → ZODB.blob.Blob 0x0170  0 B")
                .anySatisfy(line -> assertThat(line)
                        .startsWith("'wref': → weakly app.models.Person 0x0169  (name='Ada', born=1815, friends=→ "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void walksByKeysIndexesAndAttributes(String set) throws Exception {
        Path file = GoldenCopy.of(set, directory).file();
        assertThat(content(file, "/person")
                        .lines()
                        .filter(line -> !line.startsWith("friends: → persistent.list.PersistentList ")))
                .containsExactlyInAnyOrder(
                        "name: 'Ada'",
                        "born: 1815",
                        set.startsWith("py2")
                                ? "point: app.models.Point(y=2.5, x=1)"
                                : "point: app.models.Point(x=1, y=2.5)",
                        "when: 2007-03-21T20:32:57.250",
                        "day: 1815-12-10",
                        "delta: PT24H2S",
                        "dec: 1.10");
        assertThat(content(file, "/person/friends/0/name")).isEqualTo("'Charles'\n");
        assertThat(content(file, "person/friends/-1/friends/0/point/y/")).isEqualTo("2.5\n");
        assertThat(content(file, "/wref/name")).isEqualTo("'Ada'\n");
        assertThat(content(file, "/stated")).isEqualTo("(state): ('tuple-state', 1, [2])\n");
        assertThat(content(file, "/stated/2/0")).isEqualTo("2\n");
        assertThat(content(file, "/newargs/(arguments)/1")).isEqualTo("'b'\n");
        assertThat(content(file, "/iob/-500")).isEqualTo("'v-500'\n");
        assertThat(content(file, "/oob/key00999")).isEqualTo("6993\n");
        assertThat(content(file, "/oob_persistent/p042/i")).isEqualTo("42\n");
        assertThat(content(file, "/@0x0171/n")).isEqualTo("4\n");
        assertThat(content(file, "/length")).isEqualTo("42\n");
        assertThat(content(file, "/oob_empty")).isEqualTo("(empty)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void printsPlainValuesAsPythonDoes(String set) throws Exception {
        Path file = GoldenCopy.of(set, directory).file();
        assertThat(content(file, "/containers").lines())
                .containsExactlyInAnyOrder(
                        "'list': [1, 'two', [3]]",
                        "'tuple': (1, ('two',), ())",
                        "'dict': {'a': {'b': 1}}",
                        "'set': {1, 2, 3}",
                        "'frozenset': frozenset({'x'})",
                        "'shared': [[1, 2], [1, 2]]",
                        "'recursive': [[...]]");
        assertThat(content(file, "/scalars").lines())
                .contains(
                        "'none': None",
                        "'true': True",
                        "'m63': -9223372036854775808",
                        "'big': 70000000000000000000000000000000000000000",
                        "'ninf': -inf",
                        "'text': 'café ☃ 🐍'",
                        "'bytes': b'\\x00\\x01\\xff abc'")
                .anySatisfy(line -> assertThat(line).matches("'long': 'x+… \\(more: /scalars/long\\)"));
        String whole =
                Golden.json(set + "/expected.json").get("scalars").get("long").textValue();
        assertThat(content(file, "/scalars/long")).isEqualTo("'" + whole + "'\n");
    }

    @Test
    void saysInWhatObjectAValueLies() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(run("show", file, "/person/point/y")).isEqualTo("""
                        /person/point/y: float in app.models.Person 0x0169
                        tid 0x036c6b910ccccccc (2007-03-21 20:33:03.000000), 385 bytes

                        2.5
                        """);
    }

    @Test
    void pagesWhatIsLarge() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(content(file, "/oob", "--limit", 2))
                .isEqualTo("'key00000': 0\n'key00001': 7\n… items 1 to 2 of 1,000; more: --from key00002\n");
        assertThat(content(file, "/oob", "--from", "key0099", "--limit", 2, "--offset", 7))
                .isEqualTo("""
                        'key00997': 6979
                        'key00998': 6986
                        … items 8 to 9 of 10 from there on; more: --from key00999
                        """);
        assertThat(content(file, "/oob", "--from", "key00999")).isEqualTo("'key00999': 6993\n");
        assertThat(content(file, "/oob", "--from", "l")).isEmpty();
        assertThat(content(file, "/iob", "--from", "-1", "--limit", 1))
                .isEqualTo("-1: 'v-1'\n… items 1 to 1 of 501 from there on; more: --from 0\n");
        assertThat(content(file, "/oots", "--from", "e0498")).isEqualTo("'e0498'\n'e0499'\n");
        assertThat(content(file, "/plist", "--offset", 1, "--limit", 1))
                .isEqualTo("1: 2\n… items 2 to 2 of 3; more: --offset 2\n");
        assertThat(content(file, "/person", "--limit", 1))
                .isEqualTo("name: 'Ada'\n… items 1 to 1 of 8; more: --offset 1\n");
        assertThat(Commands.run("show", file, "/plist", "--from", "1")
                        .expect(ExitCode.USAGE)
                        .err())
                .isEqualTo("zrs: --from is for a BTree, and 1 can be none of its keys; for others there is --offset\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/persn | / (persistent.mapping.PersistentMapping 0x00) has no persn; the nearest are person, ",
                "/person/freinds/0 | /person (app.models.Person 0x0169) has no freinds; the nearest are friends, ",
                "/oob/key0012 | /oob (BTrees.OOBTree.OOBTree 0x06) has no key0012; the nearest are key00117, key00118, key00119, key00120, ",
                "/iob/500 | /iob (BTrees.IOBTree.IOBTree 0x0b) has no 500; the nearest are 497, 498, 499",
                "/oob_empty/a | /oob_empty (BTrees.OOBTree.OOBTree 0x08) has no a: it is empty",
                "/plist/3 | /plist (persistent.list.PersistentList 0x03) has no 3, it has 3 items, from 0",
                "/plist/-4 | /plist (persistent.list.PersistentList 0x03) has no -4, it has 3 items, from 0",
                "/person/name/x | /person/name is 'Ada', with nothing in it",
                "/blob/x | /blob (ZODB.blob.Blob 0x016f) is a blob, with nothing in it",
                "/ooset/a | /ooset (BTrees.OOBTree.OOSet 0x11) has no a: it is a set, and cannot be walked through",
            })
    void saysHowFarAPathLeads(String path, String reason) throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(Commands.run("show", file, path).expect(ExitCode.NOT_FOUND).err())
                .startsWith("zrs: there is no " + path.replaceAll("/0$", "") + ": " + reason)
                .hasLineCount(1);
    }

    @Test
    void showsADatabaseAsItWas() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(content(file, "/hist/n", "--at", "0x036c6b9122222222")).isEqualTo("1\n");
        assertThat(content(file, "/hist/n", "--at", "2007-03-21T20:33:09.5Z")).isEqualTo("2\n");
        assertThat(content(file, "/hist/n", "--at", "2007-03-21 20:33:12.000000"))
                .isEqualTo("5\n");
        assertThat(Commands.run("show", file, "/hist", "--at", "2007-03-21T20:33:06Z")
                        .expect(ExitCode.NOT_FOUND)
                        .err())
                .startsWith("zrs: there is no /hist: ");
        assertThat(Commands.run("show", file, "--at", "2007-03-21")
                        .expect(ExitCode.NOT_FOUND)
                        .err())
                .isEqualTo("zrs: there is no object 0x00 before tid 0x036c66c000000001 (2007-03-21 00:00:00.000000)\n");
        Commands.Result future =
                Commands.run("show", file, "/hist", "--at", "2030-01-01").expect(ExitCode.OK);
        assertThat(future.out()).endsWith("'n': 4\n");
        assertThat(future.err())
                .isEqualTo(
                        "zrs: nothing was committed up to then after 0x036c6b9137777777 (2007-03-21 20:33:13.000000)\n");
        assertThat(Commands.run("show", file, "--at", "yesterday")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'yesterday' is no TIME");
    }

    @Test
    void listsRevisions() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(run("show", file, "/hist/n", "--history", "--limit", 2)).isEqualTo("""
                        /hist/n: persistent.mapping.PersistentMapping 0x0171, newest first
                        tid 0x036c6b9137777777 (2007-03-21 20:33:13.000000)  75 bytes  user ''  description ''
                        tid 0x036c6b9133333333 (2007-03-21 20:33:12.000000)  75 bytes  user ''  description 'hist 5'
                        … older ones: --at 0x036c6b912eeeeeee
                        """);
        assertThat(json("show", file, "/hist", "--history", "--json", "--at", "0x036c6b9122222222"))
                .containsExactly(
                        JSON.readTree(
                                "{'oid': '0000000000000171', 'tid': '036c6b9122222222', 'time': '2007-03-21T20:33:08.000000Z',"
                                        .concat(" 'size': 75, 'user': '', 'description': 'hist 1'}")
                                        .replace('\'', '"')),
                        JSON.readTree(
                                "{'oid': '0000000000000171', 'tid': '036c6b911ddddddd', 'time': '2007-03-21T20:33:07.000000Z',"
                                        .concat(" 'size': 75, 'user': '', 'description': 'hist 0'}")
                                        .replace('\'', '"')));
    }

    @Test
    void findsAllObjectsOfTheRecords() throws Exception {
        for (String set : List.of("py2-objects", "py3-objects")) {
            GoldenCopy copy = GoldenCopy.of(set, Files.createDirectory(directory.resolve(set)));
            JsonNode census = json("show", copy.file(), "--blobs", copy.blobs(), "--tree", "--json")
                    .get(0);
            JsonNode records = Golden.json(set + "/records.json");
            long bytes = 0;
            for (JsonNode record : records) {
                bytes += record.get("data").textValue().length() / 2;
            }
            assertThat(census.get("objects").intValue()).isEqualTo(records.size());
            assertThat(census.get("bytes").longValue()).isEqualTo(bytes);
            assertThat(census.get("classes"))
                    .contains(JSON.readTree("{\"class\":\"app.models.Person\",\"objects\":2,\"bytes\":"
                            + size(records, "Person") + "}"));
            assertThat(census.get("blobs").toString()).isEqualTo("{\"files\":2,\"bytes\":16,\"missing\":0}");
            assertThat(census.get("others").intValue()).isZero();
            assertThat(census.get("dangling_count").intValue()
                            + census.get("unreadable_count").intValue())
                    .isZero();
        }
    }

    @Test
    void countsFromAnyObject() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(run("show", file, "/person", "--tree")).isEqualTo("""
                             objects           bytes  class
                                   2             520  app.models.Person
                                   2             192  persistent.list.PersistentList
                                   4             712  in all, reachable from 0x0169
                        """);
    }

    @Test
    void goesOnAfterWhatIsMissingOrUnreadable() throws Exception {
        Path file = damaged();
        Commands.Result root = Commands.run("show", file).expect(ExitCode.FINDINGS);
        assertThat(root.out().lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("'pdict': → persistent.mapping.PersistentMapping 0x9999  (no such object"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("'plist': → persistent.list.PersistentList 0x03  (the record of oid 0x03, tid 0x"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("'oob': → BTrees.OOBTree.OOBTree 0x06  {'key00000': 0, "));
        assertThat(root.err()).isEmpty();
        assertThat(Commands.run("show", file, "/plist")
                        .expect(ExitCode.FINDINGS)
                        .out())
                .startsWith("/plist: persistent.list.PersistentList 0x03\n(the record of oid 0x03, tid 0x");
        assertThat(Commands.run("show", file, "/plist/0")
                        .expect(ExitCode.FINDINGS)
                        .err())
                .startsWith("zrs: the record of oid 0x03, tid 0x")
                .hasLineCount(1);
        assertThat(Commands.run("show", file, "/pdict/k")
                        .expect(ExitCode.NOT_FOUND)
                        .err())
                .startsWith("zrs: /pdict leads to what is not there: no such object")
                .hasLineCount(1);
        assertThat(run("show", file, "/plist", "--history").lines()).hasSize(3);
    }

    @Test
    void saysInJsonWhatIsMissingOrUnreadable() throws Exception {
        Path file = damaged();
        JsonNode root = JSON.readTree(
                Commands.run("show", file, "--json").expect(ExitCode.FINDINGS).out());
        assertThat(value(root, "pdict").get("$ref").textValue()).isEqualTo("0000000000009999");
        assertThat(value(root, "pdict").get("error").textValue()).startsWith("no such object");
        assertThat(value(root, "plist").get("error").textValue()).startsWith("the record of oid 0x03");
        assertThat(value(root, "oob").has("error")).isFalse();
        JsonNode plist = JSON.readTree(Commands.run("show", file, "/plist", "--json")
                .expect(ExitCode.FINDINGS)
                .out());
        assertThat(plist.get("error").textValue()).startsWith("the record of oid 0x03");
        assertThat(plist.has("tid")).isFalse();
    }

    @Test
    void namesDanglingReferencesAndUnreadableRecords() throws Exception {
        Path file = damaged();
        Commands.Result census = Commands.run("show", file, "--tree").expect(ExitCode.FINDINGS);
        assertThat(census.out().lines())
                .contains(
                        "dangling: 0x9999 is not there, but persistent.mapping.PersistentMapping 0x00 refers to it",
                        "2 other objects in the storage, which cannot be reached from the root, or are deleted")
                .anySatisfy(line -> assertThat(line).startsWith("unreadable: 0x03, tid 0x"));
        JsonNode json = JSON.readTree(Commands.run("show", file, "--tree", "--json")
                .expect(ExitCode.FINDINGS)
                .out());
        assertThat(json.get("dangling").toString())
                .isEqualTo("[{\"oid\":\"0000000000009999\",\"from\":\"0000000000000000\","
                        + "\"class\":\"persistent.mapping.PersistentMapping\"}]");
        assertThat(json.get("unreadable").get(0).get("oid").textValue()).isEqualTo("0000000000000003");
    }

    @Test
    void saysWhereTheFilesOfBlobsAre() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-objects", directory);
        JsonNode blob = json("show", copy.file(), "/blob", "--blobs", copy.blobs(), "--json")
                .get(0)
                .get("blob");
        assertThat(blob.get("size").intValue()).isEqualTo(16);
        assertThat(Path.of(blob.get("path").textValue())).hasContent("second revision\n");
        assertThat(content(copy.file(), "/blob", "--blobs", copy.blobs()))
                .isEqualTo("16 bytes in " + blob.get("path").textValue() + "\n");
        assertThat(content(copy.file(), "/blob")).isEqualTo("bytes in a file: --blobs DIR says where\n");
        Path none = Files.createDirectory(directory.resolve("none"));
        assertThat(content(copy.file(), "/blob", "--blobs", none))
                .isEqualTo("no file: it was never written, or is lost\n");
        assertThat(json("show", copy.file(), "/blob", "--blobs", none, "--json")
                        .get(0)
                        .get("blob")
                        .isNull())
                .isTrue();
        assertThat(json("show", copy.file(), "/blob", "--json").get(0).has("blob"))
                .isFalse();
    }

    @Test
    void readsBesideAWriter() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-objects", directory);
        try (FileStorage writer = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            assertThat(writer.objectCount()).isPositive();
            assertThat(content(copy.file(), "/length")).isEqualTo("42\n");
        }
    }

    @Test
    void refusesWhatIsNotToBeUnderstood() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        assertThat(Commands.run("show", file, "/@person").expect(ExitCode.USAGE).err())
                .contains("'/@person' begins with no oid");
        assertThat(Commands.run("show", file, "--limit", 0)
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("--limit must be at least 1");
        assertThat(Commands.run("show", file, "--tree", "--history")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("mutually exclusive");
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("show", missing).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
    }

    /** The objects with a reference to nothing in the root, and a list that is none. */
    private Path damaged() throws Exception {
        Path file = GoldenCopy.of("py3-objects", directory).file();
        Clock clock = Clock.fixed(Instant.parse("2010-01-01T00:00:00Z"), ZoneOffset.UTC);
        try (FileStorage storage = FileStorage.open(file, FileStorageOptions.of(clock))) {
            WritableStorage writable = storage.capability(WritableStorage.class).orElseThrow();
            ObjectRevision root = storage.load(Oid.ROOT);
            ObjectRevision plist = storage.load(PLIST);
            try (StorageTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
                byte[] dangling = replace(root.data(), "C\b\0\0\0\0\0\0\0\4", "C\b\0\0\0\0\0\0\u0099\u0099");
                transaction.store(Oid.ROOT, root.tid(), ByteBuffer.wrap(dangling));
                byte[] unreadable = replace(plist.data(), "\u0080\3}", "\u0080\3\u00ff");
                transaction.store(PLIST, plist.tid(), ByteBuffer.wrap(unreadable));
                transaction.vote();
                transaction.finish();
            }
        }
        return file;
    }

    private static byte[] replace(byte[] data, String old, String with) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(old);
        return text.replace(old, with).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String run(Object... arguments) {
        return Commands.run(arguments).expect(ExitCode.OK).out();
    }

    private static List<JsonNode> json(Object... arguments) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run(arguments).lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** What comes after the head. */
    private static String content(Path file, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("show", file));
        all.addAll(List.of(arguments));
        String out = run(all.toArray());
        return out.substring(out.indexOf("\n\n") + 2);
    }

    private static JsonNode value(JsonNode shown, String key) {
        for (JsonNode item : shown.get("items")) {
            if (item.get("key").asText().equals(key)) {
                return item.get("value");
            }
        }
        throw new AssertionError("no " + key + " in " + shown);
    }

    private static long size(JsonNode records, String className) {
        long size = 0;
        for (JsonNode record : records) {
            if (record.get("class").get(1).asText().equals(className)) {
                size += record.get("data").textValue().length() / 2;
            }
        }
        return size;
    }
}
