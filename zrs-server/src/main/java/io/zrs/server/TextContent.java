package io.zrs.server;

import io.zrs.database.Blob;
import io.zrs.database.Persistent;
import io.zrs.database.WeakRef;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an object or a value holds, as lines for people: a page of it. Where something is left out, a line says how to see it.
 *
 * <p>Threading: confined to one thread.
 */
final class TextContent {
    private static final int LINE_CHARACTERS = 110;
    private static final int VALUE_CHARACTERS_MIN = 40;
    private static final int KEY_CHARACTERS = 80;
    /** Lines for what lies in one item of the page. */
    private static final int NESTED_LINES_MAX = 1_000;

    private static final int NESTED_DEPTH_MAX = 20;
    private static final String INDENT = "  ";
    private static final Pattern SHELL_PLAIN = Pattern.compile("[\\w./%@:+,=-]+");

    private final PrintWriter out;
    private final Lookups lookups;
    private final Page.Range range;
    /** What that lies in which is just written: a value that contains itself must not be written without end. */
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());

    private int nestedLinesLeft;

    TextContent(PrintWriter out, Lookups lookups, Page.Range range) {
        this.out = out;
        this.lookups = lookups;
        this.range = range;
    }

    /** Writes what is at a place. */
    void write(Place place) {
        if (place.value() instanceof Blob blob) {
            out.println(blobText(blob));
            return;
        }
        Shape shape = Shapes.ofContent(place.value());
        Page page = Shapes.page(shape, range).orElse(null);
        if (page == null) {
            out.println(OneLine.cut(shape, Integer.MAX_VALUE));
            return;
        }
        if (Shapes.isEmpty(shape)) {
            out.println("(empty)");
        }
        around.add(place.value());
        more(place.path(), "", shape);
        for (Page.Item item : page.items()) {
            nestedLinesLeft = NESTED_LINES_MAX;
            item(place.path(), "", shape, item);
        }
        page.failure().ifPresent(e -> out.println("(" + lookups.fault(e) + ")"));
        page.next().ifPresent(next -> out.println("… " + position(page) + "; more: " + how(page, next)));
    }

    private void more(ObjectPath path, String indent, Shape shape) {
        if (shape instanceof Shape.Instance instance) {
            instance.more().forEach((name, value) -> {
                String label = "(" + name + ")";
                value(path.resolve(label), indent, label + ": ", value);
            });
        }
    }

    private void item(ObjectPath path, String indent, Shape shape, Page.Item item) {
        ObjectPath itemPath = path.resolve(PathSegment.of(item.key()));
        if (shape instanceof Shape.Sequence sequence && sequence.isSet()) {
            value(itemPath, indent, "", item.value());
        } else if (shape instanceof Shape.Instance) {
            value(itemPath, indent, item.key() + ": ", item.value());
        } else {
            value(itemPath, indent, OneLine.cut(Shapes.of(item.key()), KEY_CHARACTERS) + ": ", item.value());
        }
    }

    private void value(ObjectPath path, String indent, String label, @Nullable Object value) {
        String start = indent + label;
        if (value instanceof Persistent target) {
            out.println(start + "→ " + reference(target));
            return;
        }
        if (value instanceof WeakRef weak) {
            out.println(start + "→ weakly " + weakly(weak));
            return;
        }
        if (value != null && around.contains(value)) {
            out.println(start + "… (contains itself)");
            return;
        }
        int room = Math.max(VALUE_CHARACTERS_MIN, LINE_CHARACTERS - start.length());
        OneLine.whole(value, room).ifPresentOrElse(line -> out.println(start + line), () -> {
            Shape shape = Shapes.of(value);
            Page page =
                    Shapes.page(shape, new Page.Range(null, 0, range.limit())).orElse(null);
            if (value == null || page == null) {
                out.println(start + OneLine.cut(shape, room) + " (more: " + shell(path.toString()) + ")");
            } else {
                String count = " of " + Quantities.count(page.count().items());
                out.println(start + Shapes.typeName(shape) + (shape instanceof Shape.Instance ? "" : count));
                nested(path, indent + INDENT, value, shape, page);
            }
        });
    }

    private void nested(ObjectPath path, String indent, Object value, Shape shape, Page page) {
        around.add(value);
        boolean isWhole = around.size() <= NESTED_DEPTH_MAX && page.next().isEmpty();
        if (around.size() <= NESTED_DEPTH_MAX) {
            more(path, indent, shape);
            for (Page.Item item : page.items()) {
                if (nestedLinesLeft-- <= 0) {
                    isWhole = false;
                    break;
                }
                item(path, indent, shape, item);
            }
        }
        if (!isWhole) {
            out.println(indent + "… more: " + shell(path.toString()));
        }
        around.remove(value);
    }

    private String reference(Persistent target) {
        Lookups.Found found =
                lookups.look(target); // first: it may turn out to be of another class than the reference says
        return Shapes.name(target) + found.text();
    }

    private String weakly(WeakRef weak) {
        return weak.get().orElse(null) instanceof Persistent target
                ? reference(target)
                : weak.oid().map(Object::toString).orElse("(new)") + ", which is not there any more";
    }

    private String blobText(Blob blob) {
        if (!lookups.knowsBlobs()) {
            return "bytes in a file: --blobs DIR says where";
        }
        return lookups.file(blob)
                .map(file -> Quantities.count(file.size(), "byte") + " in " + file.path())
                .orElse("no file: it was never written, or is lost");
    }

    private String position(Page page) {
        long first = range.offset() + 1;
        long last = range.offset() + page.items().size();
        return "items " + Quantities.count(first) + " to " + Quantities.count(last) + " of "
                + (page.count().isAll() ? "" : "more than ")
                + Quantities.count(page.count().items())
                + (range.from() == null ? "" : " from there on");
    }

    private String how(Page page, Page.Item next) {
        return page.isTree()
                ? "--from " + shell(PathSegment.of(next.key() == null ? next.value() : next.key()))
                : "--offset " + (range.offset() + page.items().size());
    }

    /** An argument as a shell understands it. */
    private static String shell(String argument) {
        return SHELL_PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
