package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every verdict of the Python original, and the bytes of what it merged. */
class ConflictGoldenTest {
    private static final HexFormat HEX = HexFormat.of();

    private final ConflictResolver resolver = new StandardConflictResolver();

    @TestFactory
    List<DynamicTest> mergesWhatPythonMergesToTheSameBytes() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode each : Golden.json("conflicts.json")) {
            String outcome = each.path("merged").isNull() ? each.path("reason").asText() : "merged";
            String name = tests.size() + " " + each.path("class").asText() + ": " + outcome;
            tests.add(DynamicTest.dynamicTest(name, () -> check(each)));
        }
        return tests;
    }

    @Test
    void thereAreAllFamilies() {
        Set<String> classes = new TreeSet<>();
        Golden.json("conflicts.json")
                .forEach(each -> classes.add(each.path("class").asText()));
        assertThat(classes).hasSize(1 + 10 * 4);
    }

    private void check(JsonNode triple) {
        byte[] merged = resolver.resolve(
                new Oid(9), bytes(triple, "old"), bytes(triple, "committed"), bytes(triple, "changed"));
        String hex = merged == null ? null : HEX.formatHex(merged);
        assertThat(hex).isEqualTo(triple.path("merged").textValue());
    }

    private static byte[] bytes(JsonNode triple, String name) {
        return HEX.parseHex(triple.path(name).asText());
    }
}
