package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleObject.Change;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Writes how objects of a record are made, and what is done with them then.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class ObjectWriter {
    /** Items or pairs under one mark. */
    private static final int BATCH = 1_000;
    /** What stands for {@code NEWOBJ} below protocol 2. */
    private static final Global NEW_OBJECT = new Global("copy_reg", "__newobj__");

    private final PickleForm form;
    private final OpcodeSink sink;
    private final WriterMemo memo;
    private final Pending pending;
    private final boolean unitesNames;
    private final Set<Compound> underConstruction = Collections.newSetFromMap(new IdentityHashMap<>(2));

    /** A writer of objects; {@code unitesNames}: of their attributes. */
    ObjectWriter(PickleForm form, OpcodeSink sink, WriterMemo memo, Pending pending, boolean unitesNames) {
        this.form = form;
        this.sink = sink;
        this.memo = memo;
        this.pending = pending;
        this.unitesNames = unitesNames;
    }

    /** Writes {@code value}, which is not in the memo. */
    void write(PickleObject value) throws PickleException {
        if (!underConstruction.add(value)) {
            beginAgain(value);
        }
        construct(value);
    }

    /**
     * {@code value} is met again inside its arguments, and will be made here; what is made of the outer arguments is then
     * thrown away. The call may copy lists and dictionaries, so it must not get half-written ones: they are written anew,
     * as Python does, which asks an object for its arguments each time it meets it. That ends where the way down comes to
     * something that others refer to, or that is made already; failing that, at the last list or dictionary.
     */
    private void beginAgain(PickleObject value) {
        Compound last = null;
        for (Compound each : pending.wayFrom(value)) {
            if (memo.contains(each)) {
                if (last != null) {
                    memo.forget(last);
                }
                boolean halfWritten = each instanceof PickleList || each instanceof PickleDict;
                if (!halfWritten || memo.isUsed(each)) {
                    return;
                }
                last = each;
            }
        }
        if (last != null) {
            memo.use(last);
        }
    }

    private void construct(PickleObject value) throws PickleException {
        PickleValue arguments = value.arguments();
        switch (value.construction()) {
            case REDUCE ->
                pending.inside(value, List.of(value.callable(), arguments), () -> made(value, Opcode.REDUCE));
            case NEWOBJ -> {
                if (form == PickleForm.PYTHON3_STORED) {
                    pending.inside(value, List.of(value.callable(), arguments), () -> made(value, Opcode.NEWOBJ));
                } else {
                    PickleTuple classAndArguments = PickleTuple.of(classAndArguments(value));
                    pending.inside(value, List.of(NEW_OBJECT, classAndArguments), () -> made(value, Opcode.REDUCE));
                }
            }
            case INSTANCE -> {
                sink.code(Opcode.MARK);
                pending.inside(value, classAndArguments(value), () -> made(value, Opcode.OBJ));
            }
            case NEWOBJ_EX -> throw unwritable("an object with keyword arguments, which only protocol 4 has");
        }
    }

    private List<PickleValue> classAndArguments(PickleObject value) throws PickleException {
        List<PickleValue> all = new ArrayList<>();
        all.add(value.callable());
        if (!(value.arguments() instanceof PickleTuple arguments)) {
            throw unwritable("an object whose arguments are no tuple");
        }
        all.addAll(arguments.items());
        return all;
    }

    private void made(PickleObject value, int opcode) throws PickleException {
        sink.code(opcode);
        underConstruction.remove(value);
        if (memo.contains(value)) {
            sink.code(Opcode.POP); // it was met again inside its arguments, and written and changed there
            pending.count();
            memo.get(value);
        } else {
            memo.put(value);
            change(value, value.changes());
        }
    }

    private void change(PickleObject value, List<Change> changes) throws PickleException {
        if (changes.isEmpty()) {
            return;
        }
        Change first = changes.get(0);
        if (unitesNames && first instanceof Change.Build build && build.state() instanceof PickleDict attributes) {
            uniteNames(attributes);
        }
        int end = 1;
        while (end < changes.size()
                && end < BATCH
                && !(first instanceof Change.Build)
                && changes.get(end).getClass() == first.getClass()) {
            end++;
        }
        List<PickleValue> values = new ArrayList<>();
        for (Change change : changes.subList(0, end)) {
            values.addAll(change.values());
        }
        boolean marked = end > 1;
        int opcode = opcode(first, marked);
        if (marked) {
            sink.code(Opcode.MARK);
        }
        List<Change> rest = changes.subList(end, changes.size());
        pending.inside(value, values, () -> {
            sink.code(opcode);
            change(value, rest);
        });
    }

    private void uniteNames(PickleDict attributes) {
        List<PickleValue> namesAndValues = attributes.children();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i) instanceof Text name) {
                memo.unite(name);
            }
        }
    }

    private int opcode(Change change, boolean marked) throws PickleException {
        if (change instanceof Change.Build) {
            return Opcode.BUILD;
        }
        if (change instanceof Change.Append) {
            return marked ? Opcode.APPENDS : Opcode.APPEND;
        }
        if (change instanceof Change.SetItem) {
            return marked ? Opcode.SETITEMS : Opcode.SETITEM;
        }
        throw unwritable("an object with items to add, which only protocol 4 has");
    }

    private PickleException unwritable(String what) {
        return new PickleException(Kind.UNWRITABLE, "cannot be written in a record (" + form + "): " + what);
    }
}
