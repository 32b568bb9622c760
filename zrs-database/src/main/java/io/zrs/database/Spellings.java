package io.zrs.database;

import com.google.common.collect.MapMaker;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Python values were of which the Java form does not tell all, so that they are written as they were read: whether ASCII text was {@code unicode}
 * in Python 2, and of which class a time zone is. Values are told apart by identity, and forgotten when nobody else has them any more.
 *
 * <p>Threading: thread-safe.
 */
final class Spellings {
    private final boolean ofPython2;
    private final Map<String, Boolean> unicode = new MapMaker().weakKeys().makeMap();
    private final Map<OffsetDateTime, Object> zones = new MapMaker().weakKeys().makeMap();

    /**
     * None yet.
     *
     * @param ofPython2 whether the values come from Python 2, which has ASCII text as {@code str} and as {@code unicode}
     */
    Spellings(boolean ofPython2) {
        this.ofPython2 = ofPython2;
    }

    /** The string to use for ASCII text that is {@code unicode}: another one than any that is {@code str}. */
    @SuppressWarnings("StringCopyConstructor") // to be told apart
    String unicode(String text) {
        if (!ofPython2) {
            return text;
        }
        String own = new String(text);
        unicode.put(own, true);
        return own;
    }

    boolean isUnicode(String text) {
        return unicode.containsKey(text);
    }

    void zone(OffsetDateTime value, Object zone) {
        zones.put(value, zone);
    }

    /** The object that was the time zone of {@code value}, null if it was not read here. */
    @Nullable
    Object zone(OffsetDateTime value) {
        return zones.get(value);
    }
}
