package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.database.Complex;
import io.zrs.database.CrossDatabaseReference;
import io.zrs.database.FrozenSet;
import io.zrs.database.PersistentMapping;
import io.zrs.database.PythonClass;
import io.zrs.database.PythonObject;
import io.zrs.database.Tuple;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShownValuesTest {
    private static final PythonClass POINT = new PythonClass("app.models", "Point");

    @Test
    void showsAtoms() throws Exception {
        check(null, "None", "null");
        check(true, "True", "true");
        check(7L, "7", "7");
        check(1L << 53, "9007199254740992", "9007199254740992");
        check(-(1L << 53) - 1, "-9007199254740993", "\"-9007199254740993\"");
        check(Long.MIN_VALUE, "-9223372036854775808", "\"-9223372036854775808\"");
        check(BigInteger.TEN.pow(20), "100000000000000000000", "\"100000000000000000000\"");
        check(1.5, "1.5", "1.5");
        check(Double.NaN, "nan", "\"nan\"");
        check("it's\n", "\"it's\\n\"", "\"it's\\n\"");
        check(Bytes.copyOf(new byte[] {1, 'a'}), "b'\\x01a'", "{\"$bytes\":\"0161\"}");
        check(new BigDecimal("1.10"), "1.10", "{\"$decimal\":\"1.10\"}");
        check(LocalDate.of(1815, 12, 10), "1815-12-10", "{\"$date\":\"1815-12-10\"}");
        check(
                OffsetDateTime.parse("2007-03-21T20:33:07+01:00"),
                "2007-03-21T20:33:07+01:00",
                "{\"$datetime\":\"2007-03-21T20:33:07+01:00\"}");
        check(new Complex(1, -2), "(1-2j)", "{\"$complex\":\"(1-2j)\"}");
        check(POINT, "app.models.Point", "{\"$class\":\"app.models.Point\"}");
        check(
                new CrossDatabaseReference("users", new Oid(1), POINT, CrossDatabaseReference.Strength.STRONG),
                "→ <app.models.Point 0x01 in 'users'>",
                "{\"$elsewhere\":\"0000000000000001\",\"database\":\"users\"}");
    }

    @Test
    void showsCollections() throws Exception {
        check(List.of(), "[]", "[]");
        check(Tuple.of(), "()", "[]");
        check(Tuple.of(1L), "(1,)", "[1]");
        check(Tuple.of(1L, List.of("a")), "(1, ['a'])", "[1,[\"a\"]]");
        check(new LinkedHashSet<>(), "set()", "{\"$set\":[]}");
        check(new LinkedHashSet<>(List.of(2L, 1L)), "{2, 1}", "{\"$set\":[2,1]}");
        check(FrozenSet.copyOf(List.of("x")), "frozenset({'x'})", "{\"$set\":[\"x\"]}");
        check(Map.of("a", 1L), "{'a': 1}", "{\"a\":1}");
        check(Map.of(1L, "a"), "{1: 'a'}", "{\"$dict\":[[1,\"a\"]]}");
        check(Map.of("$ref", "a"), "{'$ref': 'a'}", "{\"$dict\":[[\"$ref\",\"a\"]]}");
    }

    @Test
    void showsObjectsOfClassesThatNobodyKnows() throws Exception {
        PythonObject point = PythonObject.of(POINT).set("x", 1L).set("y", 2.5);
        check(
                point,
                "app.models.Point(x=1, y=2.5)",
                "{\"$object\":\"app.models.Point\",\"attributes\":{\"x\":1,\"y\":2.5}}");
        PythonObject ordered = PythonObject.call(new PythonClass("collections", "OrderedDict"), 3L);
        ordered.entries().put("a", List.of());
        ordered.items().add("i");
        check(
                ordered,
                "collections.OrderedDict((arguments)=(3,), (items)=['i'], (entries)={'a': []})",
                "{\"$object\":\"collections.OrderedDict\",\"arguments\":[3],\"items\":[\"i\"],\"entries\":{\"a\":[]},\"attributes\":{}}");
        PythonObject stated = PythonObject.of(POINT);
        stated.setState(Tuple.of(1L, 2L));
        check(
                stated,
                "app.models.Point((state)=(1, 2))",
                "{\"$object\":\"app.models.Point\",\"state\":[1,2],\"attributes\":{}}");
    }

    @Test
    void endsWhereAValueContainsItself() throws Exception {
        List<Object> list = new ArrayList<>(List.of(1L));
        list.add(list);
        check(list, "[1, [...]]", "[1,{\"$cut\":\"contains itself\"}]");
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put("self", List.of(map));
        check(map, "{'self': [{...}]}", "{\"self\":[{\"$cut\":\"contains itself\"}]}");
        Object twice = List.of(1L);
        check(List.of(twice, twice), "[[1], [1]]", "[[1],[1]]");
    }

    @Test
    void cutsWhatIsNestedDeeply() throws Exception {
        List<Object> deep = List.of();
        for (int i = 0; i < 1_000; i++) {
            deep = List.of(deep);
        }
        assertThat(OneLine.whole(deep, 1_000)).isEmpty();
        assertThat(OneLine.cut(Shapes.of(deep), 3)).isEqualTo("[[[…");
        assertThat(json(deep)).isEqualTo("[".repeat(100) + "{\"$cut\":\"nested too deep\"}" + "]".repeat(100));
    }

    @Test
    void cutsWhatIsSharedTooOften() throws Exception {
        Object shared = List.of();
        for (int i = 0; i < 60; i++) {
            shared = Arrays.asList(shared, shared);
        }
        assertThat(json(shared)).contains("{\"$cut\":\"too much\"}").hasSizeLessThan(50_000_000);
    }

    @Test
    void saysWhereToSeeWhatIsLeftOut() {
        List<Object> inItself = new ArrayList<>(List.of("z".repeat(200)));
        inItself.add(inItself);
        Map<Object, Object> value = new LinkedHashMap<>();
        value.put("a b", List.of("x".repeat(200), 1L, 2L));
        value.put(7L, PythonObject.of(POINT, 1L).set("x", "y".repeat(200)));
        value.put("self", inItself);
        StringWriter text = new StringWriter();
        Place place = new Place(ObjectPath.parse("/v"), value, new PersistentMapping());
        Page.Range range = new Page.Range(null, 0, 2);
        new TextContent(new PrintWriter(text), new Lookups(Optional.empty(), 0), range).write(place);
        range = new Page.Range(null, 2, 2);
        new TextContent(new PrintWriter(text), new Lookups(Optional.empty(), 0), range).write(place);
        assertThat(text.toString().replaceAll("([xyz])\\1+", "$1")).isEqualTo("""
                        'a b': list of 3
                          0: 'x… (more: '/v/a b/0')
                          1: 1
                          … more: '/v/a b'
                        7: app.models.Point
                          (arguments): (1,)
                          x: 'y… (more: /v/7/x)
                        … items 1 to 2 of 3; more: --offset 2
                        'self': list of 2
                          0: 'z… (more: /v/self/0)
                          1: … (contains itself)
                        """);
    }

    private static void check(@Nullable Object value, String text, String json) throws IOException {
        assertThat(OneLine.whole(value, text.length())).contains(text);
        assertThat(OneLine.whole(value, text.length() - 1)).isEmpty();
        assertThat(json(value)).isEqualTo(json);
    }

    private static String json(@Nullable Object value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonLines.generator(text)) {
            new JsonValues(json, new Lookups(Optional.empty(), 0)).write(value);
        }
        return text.toString();
    }
}
