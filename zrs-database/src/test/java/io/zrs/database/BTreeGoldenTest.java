package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Lists;
import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every tree and every leaf that Python wrote. */
class BTreeGoldenTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"py2-objects", "py3-objects"})
    void findsEveryKeyOfEveryTree(String set) {
        Path file = Golden.copy(set + "/Data.fs", directory.resolve("Data.fs"));
        Map<String, Integer> counts = new HashMap<>();
        try (Database database = Database.open(TestStorages.readOnly(file));
                Connection connection = database.open()) {
            for (JsonNode each : Golden.json(set + "/records.json")) {
                String module = each.get("class").get(0).asText();
                String name = each.get("class").get(1).asText();
                if (!module.startsWith("BTrees.") || name.equals("Length")) {
                    continue;
                }
                Object tree = connection.get(Oid.parse(each.get("oid").asText()));
                NavigableSet<Object> keys = tree instanceof BTree mapping ? mapping.navigableKeySet() : (BTreeSet) tree;
                checkKeys(keys);
                counts.merge(name, keys.size(), Integer::sum);
            }
        }
        assertThat(counts)
                .as("what the trees hold is what their leaves hold")
                .containsEntry("IOBTree", counts.get("IOBucket"))
                .containsEntry("LOBTree", counts.get("LOBucket"))
                .containsEntry("OIBTree", counts.get("OIBucket"))
                .containsEntry("LLBTree", counts.get("LLBucket"))
                .containsEntry("LLTreeSet", counts.get("LLSet"))
                .containsEntry("IIBTree", 1000)
                .containsEntry("IITreeSet", 300);
    }

    private static void checkKeys(NavigableSet<Object> keys) {
        List<Object> walked = new ArrayList<>(keys);
        assertThat(walked).containsExactlyElementsOf(new TreeSet<>(walked)); // the order of Java does for these
        assertThat(Lists.newArrayList(keys.descendingIterator())).isEqualTo(Lists.reverse(walked));
        assertThat(keys).hasSize(walked.size());
        assertThat(walked).allSatisfy(key -> assertThat(keys.contains(key)).isTrue());
    }
}
