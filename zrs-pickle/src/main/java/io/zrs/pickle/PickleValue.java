package io.zrs.pickle;

import com.google.errorprone.annotations.Immutable;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pickle says, as data: nothing is looked up, imported or called. Types that Python keeps apart stay apart, and
 * so do those of its versions: {@link ByteString} is Python 2's {@code str}, {@link Bytes} Python 3's {@code bytes},
 * {@link Text} is {@code unicode} or Python 3's {@code str}, {@link LongInt} is also Python 2's {@code long}.
 *
 * <p>A value that the pickle shares is one Java object, found from everywhere it is used; values may contain themselves.
 * {@code equals} compares the whole graph, in time about linear in its size: two values are equal if no walk through
 * them meets a difference; whether a part is shared or there twice makes none. {@code hashCode} looks at the first few parts,
 * {@code toString} is cut short. None of the three recurses without bound. Dictionaries and sets are compared in order.
 *
 * <p>Threading: any thread may read a value that was handed to it safely, once the {@link PickleReader} that made it is
 * reset: until then the second pickle of a record can add to lists and objects of the first. So can the builder of a value.
 */
public sealed interface PickleValue
        permits PickleValue.None,
                PickleValue.Bool,
                PickleValue.Int,
                PickleValue.LongInt,
                PickleValue.Floating,
                PickleValue.Text,
                PickleValue.Bytes,
                PickleValue.ByteString,
                PickleValue.ByteArray,
                PickleValue.Global,
                PickleValue.ExtensionCode,
                Compound {

    /** Calls the one method of {@code handler} that matches this value. */
    <X extends Exception> void dispatch(Handler<X> handler) throws X;

    /** The values directly inside this one, in the order of the pickle; empty for what is no container. */
    default List<PickleValue> children() {
        return List.of();
    }

    /**
     * The bytes that this value stands for: {@link Bytes}, {@link ByteString}, {@link ByteArray}, and the calls
     * {@code _codecs.encode(text, 'latin1')} and {@code bytes()} by which protocols below 3 express bytes.
     */
    default Optional<Octets> asBytes() {
        return Optional.empty();
    }

    /** The number, if this is an {@link Int}, or a {@link LongInt} that fits. */
    default OptionalLong asLong() {
        return OptionalLong.empty();
    }

    /** {@code None}. */
    enum None implements PickleValue {
        /** The only one. */
        NONE;

        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.none();
        }

        @Override
        public String toString() {
            return "None";
        }
    }

    /** {@code True} or {@code False}; in protocols 0 and 1 {@code I01} and {@code I00}. */
    @Immutable
    record Bool(boolean value) implements PickleValue {
        /** {@code True}. */
        public static final Bool TRUE = new Bool(true);

        /** {@code False}. */
        public static final Bool FALSE = new Bool(false);

        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.bool(this);
        }

        @Override
        public String toString() {
            return value ? "True" : "False";
        }
    }

    /** An integer from a short form ({@code I}, {@code J}, {@code K}, {@code M}): Python 2's {@code int}. */
    @Immutable
    record Int(long value) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.integer(this);
        }

        @Override
        public OptionalLong asLong() {
            return OptionalLong.of(value);
        }

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** An integer from a long form ({@code L}, {@code LONG1}, {@code LONG4}, {@code I} beyond 64 bits), of any size. */
    @Immutable
    record LongInt(BigInteger value) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.longInt(this);
        }

        @Override
        public OptionalLong asLong() {
            return value.bitLength() < Long.SIZE ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
        }

        /** As Python 2 prints it, {@code 5L}; a long one is given by its length. */
        @Override
        public String toString() {
            return value.bitLength() > 1000 ? "<" + value.bitLength() + " bits>L" : value + "L";
        }
    }

    /** A floating point number. */
    @Immutable
    record Floating(double value) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.floating(this);
        }

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** Text, kept as the UTF-8 that Python pickles, in which a surrogate may stand alone. */
    @Immutable
    final class Text implements PickleValue {
        private final Octets utf8;

        /** Takes valid UTF-8; surrogates may stand alone. */
        Text(Octets utf8) {
            this.utf8 = utf8;
        }

        /** The text {@code value}. */
        public static Text of(String value) {
            return new Text(Utf8.encode(value.codePoints().toArray()));
        }

        /** The text; two encoded surrogates that stand side by side become one character, as in every Java string. */
        public String value() {
            return Utf8.decode(utf8);
        }

        /** The text in UTF-8, with surrogates encoded like other characters. */
        public Octets utf8() {
            return utf8;
        }

        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.text(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Text that && utf8.equals(that.utf8);
        }

        @Override
        public int hashCode() {
            return utf8.hashCode();
        }

        @Override
        public String toString() {
            String value = value();
            return "u'" + (value.length() > 100 ? value.substring(0, 100) + "…" : value) + "'";
        }
    }

    /** Python 3's {@code bytes}, also {@code zodbpickle.binary}: from {@code BINBYTES} and its kind. */
    @Immutable
    record Bytes(Octets octets) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.bytes(this);
        }

        @Override
        public Optional<Octets> asBytes() {
            return Optional.of(octets);
        }

        @Override
        public String toString() {
            return octets.toString();
        }
    }

    /** Python 2's {@code str}: from {@code STRING}, {@code BINSTRING}, {@code SHORT_BINSTRING}. */
    @Immutable
    record ByteString(Octets octets) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.byteString(this);
        }

        @Override
        public Optional<Octets> asBytes() {
            return Optional.of(octets);
        }

        /** As Python 2 prints it: without the {@code b}. */
        @Override
        public String toString() {
            return octets.toString().substring(1);
        }
    }

    /** A {@code bytearray} of protocol 5. */
    @Immutable
    record ByteArray(Octets octets) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.byteArray(this);
        }

        @Override
        public Optional<Octets> asBytes() {
            return Optional.of(octets);
        }

        @Override
        public String toString() {
            return "bytearray(" + octets + ")";
        }
    }

    /** A class or function, by name. Names are those of the writing time. */
    @Immutable
    record Global(String module, String name) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.global(this);
        }

        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** A class or function, by the number that it was given in {@code copyreg}'s extension registry; above 0. */
    @Immutable
    record ExtensionCode(int code) implements PickleValue {
        @Override
        public <X extends Exception> void dispatch(Handler<X> handler) throws X {
            handler.extensionCode(this);
        }

        @Override
        public String toString() {
            return "ext" + code;
        }
    }

    /** One method per kind of value: a new kind does not compile until every handler treats it. */
    interface Handler<X extends Exception> {
        /** Gets {@link None#NONE}. */
        void none() throws X;

        /** Gets a {@link Bool}. */
        void bool(Bool value) throws X;

        /** Gets an {@link Int}. */
        void integer(Int value) throws X;

        /** Gets a {@link LongInt}. */
        void longInt(LongInt value) throws X;

        /** Gets a {@link Floating}. */
        void floating(Floating value) throws X;

        /** Gets a {@link Text}. */
        void text(Text value) throws X;

        /** Gets a {@link Bytes}. */
        void bytes(Bytes value) throws X;

        /** Gets a {@link ByteString}. */
        void byteString(ByteString value) throws X;

        /** Gets a {@link ByteArray}. */
        void byteArray(ByteArray value) throws X;

        /** Gets a {@link Global}. */
        void global(Global value) throws X;

        /** Gets an {@link ExtensionCode}. */
        void extensionCode(ExtensionCode value) throws X;

        /** Gets a {@link PickleTuple}. */
        void tuple(PickleTuple value) throws X;

        /** Gets a {@link PickleList}. */
        void list(PickleList value) throws X;

        /** Gets a {@link PickleDict}. */
        void dict(PickleDict value) throws X;

        /** Gets a {@link PickleSet}. */
        void set(PickleSet value) throws X;

        /** Gets a {@link PickleObject}. */
        void object(PickleObject value) throws X;

        /** Gets a {@link PersistentReference}. */
        void persistentReference(PersistentReference value) throws X;
    }
}
