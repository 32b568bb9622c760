package io.zrs.database;

import com.google.errorprone.annotations.Immutable;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Bytes;
import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a class of BTrees says: {@code BTrees.IOBTree.IOBTree} is a tree with integers as keys and any objects as values.
 *
 * <p>Threading: immutable. Source: BTrees, {@code __init__.py} and the modules of the families.
 *
 * @param isSet whether it has keys only
 * @param isLeaf whether it is a bucket or set, which has no children
 */
@Immutable
record BTreeClass(Content keys, Content values, boolean isSet, boolean isLeaf) {
    private static final Pattern MODULE = Pattern.compile("(?:BTrees\\._?)?([OILUQ][OILUQF]|fs)?BTree");
    private static final Pattern NAME = Pattern.compile("([OILUQ][OILUQF]|fs)?(BTree|Bucket|TreeSet|Set)(?:Py)?");

    /** What keys or values are, by the letter that stands for them. */
    enum Content {
        OBJECT,
        INTEGER,
        FLOAT,
        /** A fixed number of bytes, which Python 2 pickles like text. */
        BYTES;

        private static Content of(char letter) {
            return switch (letter) {
                case 'O' -> OBJECT;
                case 'F' -> FLOAT;
                case 'f', 's' -> BYTES;
                default -> INTEGER;
            };
        }

        @Nullable
        Object read(PickleValue value, ValueReader values) throws UnreadableStateException {
            if (this == BYTES) {
                return value.asBytes()
                        .map(octets -> Bytes.copyOf(octets.asByteBuffer()))
                        .orElseThrow(() -> new UnreadableStateException("no bytes: " + value));
            }
            Object read = values.read(value);
            boolean fits = switch (this) {
                case INTEGER -> read instanceof Long || read instanceof BigInteger;
                case FLOAT -> read instanceof Double;
                default -> true;
            };
            if (!fits) {
                throw new UnreadableStateException((this == INTEGER ? "no integer: " : "no float: ") + value);
            }
            return read;
        }
    }

    /**
     * What {@code pythonClass} says, if it is of BTrees. Modules were once named {@code BTrees._OOBTree}, before that {@code OOBTree}; the family stands in the
     * name of the class, of the module, or is the one of objects.
     */
    static Optional<BTreeClass> of(PythonClass pythonClass) {
        Matcher module = MODULE.matcher(pythonClass.module());
        Matcher name = NAME.matcher(pythonClass.name());
        if (!module.matches() || !name.matches()) {
            return Optional.empty();
        }
        String family = Stream.of(name.group(1), module.group(1))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("OO");
        String kind = name.group(2);
        return Optional.of(new BTreeClass(
                Content.of(family.charAt(0)),
                Content.of(family.charAt(1)),
                kind.endsWith("Set"),
                kind.equals("Bucket") || kind.equals("Set")));
    }
}
