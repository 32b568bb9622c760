package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.database.Persistent;
import io.zrs.database.PythonRepr;
import io.zrs.storage.Oid;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values of a database as JSON.
 *
 * <pre>
 * None, bool, int, float, str   null, true, 1, 1.5, "text"; integers beyond 2^53, inf and nan as text
 * list, tuple                   [1, 2]
 * dict                          {"key": value} if all keys are text that begins with no $; else {"$dict": [[key, value]]}
 * set, frozenset                {"$set": [1, 2]}
 * bytes                         {"$bytes": hexadecimal}
 * dates and the like            {"$datetime": text}, $date, $time, $timedelta, $decimal, $uuid, $complex, $class
 * other objects                 {"$object": class, "arguments": [], "attributes": {}, "state", "items": [], "entries": {}}
 * references                    {"$ref": oid, "class": class}; also "error" if it was found not to be readable
 *                               {"$weak": oid}; {"$elsewhere": oid, "database": name}
 * what is left out              {"$cut": why}: what contains itself, is nested too deep or is too much
 * </pre>
 *
 * <p>Threading: confined to one thread.
 */
final class JsonValues implements Shape.Handler<IOException> {
    private static final long EXACT_MAX = 1L << 53;
    private static final int DEPTH_MAX = 100;
    private static final int VALUES_MAX = 1_000_000;

    private final JsonGenerator json;
    private final Lookups lookups;
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());
    private int valuesLeft = VALUES_MAX;

    JsonValues(JsonGenerator json, Lookups lookups) {
        this.json = json;
        this.lookups = lookups;
    }

    void write(@Nullable Object value) throws IOException {
        Shape shape = Shapes.of(value);
        if (value == null || shape instanceof Shape.Atom) {
            shape.dispatch(this);
        } else if (valuesLeft-- <= 0) {
            tagged("$cut", "too much");
        } else if (around.size() >= DEPTH_MAX) {
            tagged("$cut", "nested too deep");
        } else if (!around.add(value)) {
            tagged("$cut", "contains itself");
        } else {
            shape.dispatch(this);
            around.remove(value);
        }
    }

    @Override
    public void atom(Shape.Atom atom) throws IOException {
        Object value = atom.value();
        if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Long || value instanceof BigInteger) {
            integer((Number) value);
        } else if (value instanceof Double number) {
            floating(number);
        } else if (value == null || value instanceof String) {
            json.writeString((String) value); // null writes null
        } else {
            tagged("$" + atom.type(), value.toString()); // the bytes of Bytes in hexadecimal
        }
    }

    @Override
    public void sequence(Shape.Sequence sequence) throws IOException {
        if (!sequence.isSet()) {
            array(sequence.items());
            return;
        }
        json.writeStartObject();
        json.writeFieldName("$set");
        array(sequence.items());
        json.writeEndObject();
    }

    @Override
    public void mapping(Shape.Mapping mapping) throws IOException {
        Map<?, ?> entries = mapping.entries();
        boolean isPlain =
                entries.keySet().stream().allMatch(key -> key instanceof String text && !text.startsWith("$"));
        json.writeStartObject();
        if (isPlain) {
            fields(entries);
        } else {
            json.writeArrayFieldStart("$dict");
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                json.writeStartArray();
                write(entry.getKey());
                write(entry.getValue());
                json.writeEndArray();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    @Override
    public void instance(Shape.Instance instance) throws IOException {
        json.writeStartObject();
        json.writeStringField("$object", instance.pythonClass().toString());
        fields(instance.more());
        json.writeObjectFieldStart("attributes");
        fields(instance.attributes());
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void reference(Shape.Reference reference) throws IOException {
        Persistent target = reference.target();
        Lookups.Found found = lookups.look(target);
        json.writeStartObject();
        json.writeStringField("$ref", target.oid().map(Oid::toHex).orElseThrow());
        json.writeStringField("class", target.pythonClass().toString());
        if (found.error() != null) {
            json.writeStringField("error", found.error());
        }
        json.writeEndObject();
    }

    @Override
    public void weak(Shape.Weak weak) throws IOException {
        tagged("$weak", weak.reference().oid().map(Oid::toHex).orElseThrow());
    }

    @Override
    public void elsewhere(Shape.Elsewhere elsewhere) throws IOException {
        json.writeStartObject();
        json.writeStringField("$elsewhere", elsewhere.reference().oid().toHex());
        json.writeStringField("database", elsewhere.reference().database());
        json.writeEndObject();
    }

    /** Writes the fields of an object that has begun; keys are text. */
    void fields(Map<?, ?> entries) throws IOException {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            json.writeFieldName(String.valueOf(entry.getKey()));
            write(entry.getValue());
        }
    }

    private void array(Iterable<?> items) throws IOException {
        json.writeStartArray();
        for (Object item : items) {
            write(item);
        }
        json.writeEndArray();
    }

    private void integer(Number value) throws IOException {
        boolean isExact = value instanceof Long number && Math.abs(number) <= EXACT_MAX && number != Long.MIN_VALUE;
        if (isExact) {
            json.writeNumber(value.longValue());
        } else {
            json.writeString(value.toString());
        }
    }

    private void floating(double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeString(PythonRepr.of(value));
        }
    }

    private void tagged(String tag, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField(tag, text);
        json.writeEndObject();
    }
}
