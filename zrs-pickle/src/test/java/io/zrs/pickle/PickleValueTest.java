package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static io.zrs.pickle.Pickles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleValueTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C\3a\0\u00ff.",
                "U\3a\0\u00ff.",
                "\u0096\3\0\0\0\0\0\0\0a\0\u00ff.",
                "c_codecs\nencode\n(X\4\0\0\0a\0\u00c3\u00bfX\6\0\0\0latin1tR.",
                "\u0080\2c_codecs\nencode\nX\4\0\0\0a\0\u00c3\u00bfX\6\0\0\0latin1\u0086R."
            })
    void recognisesBytesInEveryForm(String pickle) throws PickleException {
        assertThat(read(pickle).asBytes()).contains(Octets.of(bytes("a\0\u00ff")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c__builtin__\nbytes\n)R.", "cbuiltins\nbytes\n)R.", "U\0."})
    void recognisesEmptyBytesInEveryForm(String pickle) throws PickleException {
        assertThat(read(pickle).asBytes()).contains(Octets.of(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X\1\0\0\0a.",
                "c_codecs\nencode\n(X\3\0\0\0\u00e2\u0082\u00acX\6\0\0\0latin1tR.",
                "c_codecs\nencode\n(X\1\0\0\0aX\4\0\0\0utf8tR.",
                "c_codecs\nencode\n(X\1\0\0\0atR.",
                "c_codecs\nencode\n(X\1\0\0\0aX\6\0\0\0latin1tRNb.",
                "c_codecs\nencode\n(X\1\0\0\0aX\6\0\0\0latin1t\u0081.",
                "c_codecs\ndecode\n(X\1\0\0\0aX\6\0\0\0latin1tR.",
                "cm\nbytes\n)R.",
                "c__builtin__\nbytes\nK\1\u0085R.",
                "N."
            })
    void takesNothingElseForBytes(String pickle) throws PickleException {
        assertThat(read(pickle).asBytes()).isEmpty();
    }

    @Test
    void keepsTypesApart() {
        Octets a = Octets.of(bytes("a"));
        List<PickleValue> values = List.of(
                new ByteString(a),
                new Bytes(a),
                new PickleValue.ByteArray(a),
                Text.of("a"),
                new Int(1),
                new LongInt(BigInteger.ONE),
                PickleValue.Bool.TRUE,
                new PickleValue.Floating(1),
                PickleTuple.of(),
                PickleList.of(),
                PickleDict.of(),
                PickleSet.of(List.of()),
                PickleSet.frozen(List.of()));

        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < values.size(); j++) {
                assertThat(values.get(i).equals(values.get(j))).isEqualTo(i == j);
            }
        }
    }

    @Test
    void readsIntegersThatFit() {
        assertThat(new Int(-1).asLong()).hasValue(-1);
        assertThat(new LongInt(BigInteger.TWO).asLong()).hasValue(2);
        assertThat(new LongInt(BigInteger.ONE.shiftLeft(63)).asLong()).isEmpty();
        assertThat(PickleValue.Bool.TRUE.asLong()).isEmpty();
    }

    @Test
    void comparesGraphsThatContainThemselves() throws PickleException {
        PickleValue one = read("]q\0h\0a.");
        PickleValue unrolled = read("]q\0]q\1h\0aa.");
        PickleValue two = read("]q\0(h\0h\0e.");

        assertEquals(one, unrolled);
        assertEquals(one.hashCode(), unrolled.hashCode());
        assertNotEquals(one, two);
        assertNotEquals(one, read("]q\0N\u0085a."));
    }

    @Test
    void comparesWhatIsDeepInside() throws PickleException {
        assertNotEquals(read("N\u0085\u0085\u0085."), read("K\1\u0085\u0085\u0085."));
        assertNotEquals(read("cm\nC\n)RNb."), read("cm\nC\n)RNa."));
        assertNotEquals(read("cm\nC\n)RNa."), read("cm\nC\n)R(N\u0090."));
        assertNotEquals(read("C\1aQ."), read("C\1bQ."));
        assertNotEquals(read("C\1aQ."), read("C\1a."));
    }

    @Test
    void equalityOfUnequallySharedGraphsIsQuick() throws PickleException {
        String twice = "2\u0086".repeat(50);
        assertEquals(read("]", twice, "."), read("])", "0", twice, "."));
        assertNotEquals(read("]", twice, "."), read(")", twice, "."));
    }

    @Test
    void findsEntriesByAsciiKey() {
        PickleDict dict = PickleDict.of(
                new PickleDict.Entry(Text.of("a"), new Int(1)),
                new PickleDict.Entry(new ByteString(Octets.of(bytes("b"))), new Int(2)),
                new PickleDict.Entry(Text.of("a"), new Int(3)));

        assertThat(dict.get("a")).contains(new Int(3));
        assertThat(dict.get("b")).contains(new Int(2));
        assertThat(dict.get("c")).isEmpty();
        assertEquals(3, dict.size());
        assertThat(dict.entries().get(0)).isEqualTo(new PickleDict.Entry(Text.of("a"), new Int(1)));
    }

    @Test
    void toStringIsShort() throws PickleException {
        List<PickleValue> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(PickleTuple.of(new Int(i), None.NONE));
        }

        assertThat(PickleList.of(many).toString()).hasSizeBetween(100, 2_000);
        assertThat(new LongInt(BigInteger.ONE.shiftLeft(100_000)).toString()).hasSizeLessThan(100);
        assertThat(new Bytes(Octets.of(new byte[1000])).toString()).hasSizeLessThan(500);
        assertThat(read("cm\nC\n)R", "Na".repeat(1_000), ".").toString()).hasSizeLessThan(2_000);
        assertEquals("b'a\\x00\\x27'", Octets.of(bytes("a\0'")).toString());
    }

    @Test
    void octetsAreCopies() {
        byte[] bytes = bytes("abc");
        Octets octets = Octets.of(bytes);
        bytes[0] = 'x';
        octets.toByteArray()[1] = 'x';

        assertEquals("abc", octets.latin1());
        assertThat(octets.asByteBuffer().isReadOnly()).isTrue();
        assertEquals('c', octets.at(2));
    }

    @Test
    void buildersGiveOneValueThatGrows() throws PickleException {
        PickleList.Builder list = PickleList.builder();
        PickleList listValue = list.value();
        list.add(listValue).add(new Int(1));
        assertThat(list.value()).isSameAs(listValue);
        assertEquals(read("]q\0(h\0K\1e."), listValue);

        PickleDict.Builder dict = PickleDict.builder();
        PickleDict dictValue = dict.value();
        dict.put(Text.of("a"), dictValue).put(Text.of("a"), new Int(1));
        assertThat(dict.value()).isSameAs(dictValue);
        assertEquals(read("}q\0(X\1\0\0\0ah\0X\1\0\0\0aK\1u."), dictValue);

        PickleObject.Builder object =
                PickleObject.builder(PickleObject.Construction.REDUCE, new Global("m", "C"), PickleTuple.of());
        PickleObject objectValue = object.value();
        object.append(objectValue)
                .setItem(new Int(1), new Int(2))
                .add(new Int(3))
                .build(objectValue);
        assertThat(object.value()).isSameAs(objectValue);
        assertEquals(read("cm\nC\n)Rq\0h\0aK\1K\2s(K\3\u0090h\0b."), objectValue);
        assertThat(objectValue.state()).containsSame(objectValue);
    }

    @Test
    void callsAreObjectsWithoutChanges() throws PickleException {
        PickleObject call = PickleObject.call(new Global("m", "f"), new Int(1), None.NONE);

        assertEquals(read("cm\nf\nK\1N\u0086R."), call);
        assertThat(call.changes()).isEmpty();
    }

    @Test
    void objectsWithKeywordArgumentsCannotBeBuilt() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PickleObject.builder(
                        PickleObject.Construction.NEWOBJ_EX, new Global("m", "C"), PickleTuple.of()));
    }
}
