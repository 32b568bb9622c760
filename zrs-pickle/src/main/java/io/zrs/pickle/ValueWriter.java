package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.Bool;
import io.zrs.pickle.PickleValue.ByteArray;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.ExtensionCode;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.Text;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the opcodes of values in one form: of any values for a record, or of plain ones alone.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class ValueWriter implements PickleValue.Handler<PickleException> {
    /** Items of a list, or pairs of a dictionary, under one mark. */
    private static final int BATCH = 1_000;

    private final PickleForm form;
    private final boolean protocol3;
    private final boolean plain;
    private final PickleLimits limits;
    private final OpcodeSink sink;
    private final AtomWriter atoms;
    private final WriterMemo memo;
    private final Pending pending;
    private final ObjectWriter objects;
    /** Null if each reference has an id of its own. */
    private final @Nullable ReferenceIds ids;

    private ValueWriter(
            PickleForm form,
            PickleLimits limits,
            OpcodeSink sink,
            boolean plain,
            WriterMemo memo,
            @Nullable ReferenceIds ids) {
        this.form = form;
        this.protocol3 = form == PickleForm.PYTHON3_STORED;
        this.plain = plain;
        this.limits = limits;
        this.sink = sink;
        this.atoms = new AtomWriter(form, limits.integerSizeMax(), sink);
        this.memo = memo;
        this.pending = new Pending(this, limits.depthMax(), limits.valuesMax());
        this.objects = new ObjectWriter(form, sink, memo, pending, ids != null && protocol3);
        this.ids = ids;
    }

    /** A writer of plain values, which keeps to the depth of {@code limits} alone. */
    static ValueWriter ofPlainValues(PickleForm form, PickleLimits limits, OpcodeSink sink) {
        int any = Integer.MAX_VALUE;
        PickleLimits depth = new PickleLimits(any, limits.depthMax(), any, any, any);
        return new ValueWriter(form, depth, sink, true, WriterMemo.ofPlainValues(form, sink), null);
    }

    /** A writer of the pickles of one record; {@code ids}: of a merged one, as {@link RecordWriter#ofMerged}. */
    static ValueWriter ofRecord(PickleForm form, PickleLimits limits, OpcodeSink sink, @Nullable ReferenceIds ids) {
        return new ValueWriter(form, limits, sink, false, WriterMemo.ofRecord(form, sink, limits.memoMax()), ids);
    }

    /** Writes a complete pickle. After an exception the writer is of no more use. */
    void pickle(PickleValue value) throws PickleException {
        if (protocol3) {
            sink.code(Opcode.PROTO).u8(3);
        }
        opcodes(value);
        sink.code(Opcode.STOP);
    }

    /** Writes the opcodes that push {@code value}. After an exception the writer is of no more use. */
    void opcodes(PickleValue value) throws PickleException {
        pending.write(value);
        // The longest way down may lead to what was written on a shorter one: the reader would count it.
        if (memo.sharesCompounds() && Graph.isDeeper(value, limits.depthMax())) {
            throw pending.tooDeep();
        }
    }

    @Override
    public void none() throws PickleException {
        sink.code(Opcode.NONE);
    }

    @Override
    public void bool(Bool value) throws PickleException {
        atoms.bool(value.value());
    }

    @Override
    public void integer(Int value) throws PickleException {
        atoms.integer(value.value());
    }

    @Override
    public void longInt(LongInt value) throws PickleException {
        atoms.longInteger(value.value());
    }

    @Override
    public void floating(Floating value) throws PickleException {
        atoms.floating(value.value());
    }

    @Override
    public void text(Text value) throws PickleException {
        if (!memo.get(value)) {
            atoms.text(value.utf8());
            memo.put(value);
        }
    }

    @Override
    public void bytes(Bytes value) throws PickleException {
        if (!memo.get(value)) {
            atoms.bytes(value.octets());
            memo.put(value);
        }
    }

    @Override
    public void byteString(ByteString value) throws PickleException {
        if (memo.get(value)) {
            return;
        }
        if (form.isPython3() && value.octets().isAscii()) {
            atoms.text(value.octets());
        } else {
            atoms.bytes(value.octets());
        }
        memo.put(value);
    }

    @Override
    public void byteArray(ByteArray value) throws PickleException {
        throw unwritable("a bytearray, which only protocol 5 has; below it is a call of bytearray");
    }

    @Override
    public void global(Global value) throws PickleException {
        if (plain) {
            throw unwritable("the class " + value);
        }
        if (value.module().indexOf('\n') >= 0 || value.name().indexOf('\n') >= 0) {
            throw unwritable("a class whose name has a line feed");
        }
        if (!memo.get(value)) {
            sink.code(Opcode.GLOBAL);
            sink.raw(Text.of(value.module()).utf8()).u8('\n');
            sink.raw(Text.of(value.name()).utf8()).u8('\n');
            memo.put(value);
        }
    }

    @Override
    public void extensionCode(ExtensionCode value) throws PickleException {
        int code = value.code();
        if (plain || !protocol3 || code <= 0) {
            throw unwritable("the class " + value);
        }
        if (code <= 0xff) {
            sink.code(Opcode.EXT1).u8(code);
        } else if (code <= 0xffff) {
            sink.code(Opcode.EXT2).u16(code);
        } else {
            sink.code(Opcode.EXT4).u32(code);
        }
    }

    @Override
    public void set(PickleSet value) throws PickleException {
        throw unwritable("a set, which only protocol 4 has; below it is a call of set or frozenset");
    }

    @Override
    public void persistentReference(PersistentReference value) throws PickleException {
        if (plain) {
            throw unwritable("a persistent reference");
        }
        if (isNew(value)) {
            PickleValue id = idOf(value);
            pending.inside(value, List.of(id), () -> sink.code(Opcode.BINPERSID));
        }
    }

    private PickleValue idOf(PersistentReference value) {
        if (ids != null) {
            return ids.first(value.id());
        }
        return memo.contains(value.id()) ? anew(value.id()) : value.id();
    }

    /** Python makes a new id for each reference, even to the same object; a copy of those that ZODB has, with oids and names. */
    private static PickleValue anew(PickleValue id) {
        if (id instanceof PickleTuple tuple && isFlat(tuple)) {
            return PickleTuple.of(tuple.items());
        }
        if (id instanceof PickleList list && list.items().stream().allMatch(ValueWriter::isFlat)) {
            return PickleList.of(list.items().stream().map(ValueWriter::anew).toList());
        }
        return id;
    }

    /** Whether it is no container, or a tuple without containers. */
    private static boolean isFlat(PickleValue value) {
        return !(value instanceof Compound)
                || (value instanceof PickleTuple && value.children().stream().noneMatch(Compound.class::isInstance));
    }

    @Override
    public void tuple(PickleTuple value) throws PickleException {
        List<PickleValue> items = value.items();
        if (items.isEmpty()) {
            sink.code(Opcode.EMPTY_TUPLE);
        } else if (isNew(value)) {
            boolean marked = !protocol3 || items.size() > 3;
            if (marked) {
                sink.code(Opcode.MARK);
            }
            pending.inside(value, items, () -> closeTuple(value, marked));
        }
    }

    private void closeTuple(PickleTuple value, boolean marked) throws PickleException {
        int size = value.items().size();
        if (memo.contains(value)) {
            // It was met again inside itself, and written whole there: now its items are too many.
            for (int pops = marked ? 0 : size; pops > 0; pops--) {
                sink.code(Opcode.POP);
            }
            if (marked) {
                sink.code(Opcode.POP_MARK);
            }
            pending.count();
            memo.get(value);
        } else {
            sink.code(marked ? Opcode.TUPLE : Opcode.TUPLE1 + size - 1);
            memo.put(value);
        }
    }

    @Override
    public void list(PickleList value) throws PickleException {
        if (isNew(value)) {
            sink.code(Opcode.EMPTY_LIST);
            memo.put(value);
            append(value, value.items());
        }
    }

    /** Appends what is left of a list, in batches. */
    private void append(PickleList value, List<PickleValue> items) throws PickleException {
        // Python 2 looks whether an item is alone in its batch, Python 3 whether it is alone in the list.
        if (items.size() == 1 && (value.items().size() == 1 || !form.isPython3())) {
            pending.inside(value, items, () -> sink.code(Opcode.APPEND));
        } else if (!items.isEmpty()) {
            int end = Math.min(BATCH, items.size());
            sink.code(Opcode.MARK);
            pending.inside(value, items.subList(0, end), () -> {
                sink.code(Opcode.APPENDS);
                append(value, items.subList(end, items.size()));
            });
        }
    }

    @Override
    public void dict(PickleDict value) throws PickleException {
        if (isNew(value)) {
            sink.code(Opcode.EMPTY_DICT);
            memo.put(value);
            if (value.size() == 1) {
                pending.inside(value, value.children(), () -> sink.code(Opcode.SETITEM));
            } else if (value.size() > 0) {
                setItems(value, value.children());
            }
        }
    }

    /** Sets pairs in batches; after a full batch comes another, even if there is nothing left for it. */
    private void setItems(PickleDict value, List<PickleValue> keysAndValues) throws PickleException {
        int end = Math.min(2 * BATCH, keysAndValues.size());
        sink.code(Opcode.MARK);
        pending.inside(value, keysAndValues.subList(0, end), () -> {
            sink.code(Opcode.SETITEMS);
            if (end == 2 * BATCH) {
                setItems(value, keysAndValues.subList(end, keysAndValues.size()));
            }
        });
    }

    @Override
    public void object(PickleObject value) throws PickleException {
        if (plain) {
            Optional<Octets> octets = value.asBytes();
            bytes(new Bytes(octets.orElseThrow(() -> unwritable("an object of " + value.callable()))));
        } else if (isNew(value)) {
            objects.write(value);
        }
    }

    /** Whether {@code value} is to be written, and not only referred to, which is then done. */
    private boolean isNew(Compound value) throws PickleException {
        if (memo.get(value)) {
            return false;
        }
        pending.checkDepth();
        return true;
    }

    private PickleException unwritable(String what) {
        String as = plain ? "as plain values" : "in a record";
        return new PickleException(Kind.UNWRITABLE, "cannot be written " + as + " (" + form + "): " + what);
    }
}
