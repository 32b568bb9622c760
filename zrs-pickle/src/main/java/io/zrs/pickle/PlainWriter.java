package io.zrs.pickle;

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
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Writes the opcodes of one plain value in one form.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class PlainWriter implements PickleValue.Handler<NotPlainException> {
    /** Items of a list, or pairs of a dictionary, under one mark. */
    private static final int BATCH = 1_000;

    private final PickleForm form;
    private final boolean python3;
    private final OpcodeSink sink;
    private final int depthMax;
    private int depth;
    private final WriterMemo memo;

    PlainWriter(PickleForm form, int depthMax, OpcodeSink sink) {
        this.form = form;
        this.python3 = form.isPython3();
        this.depthMax = depthMax;
        this.sink = sink;
        this.memo = new WriterMemo(sink, python3 ? 0 : 1);
    }

    @Override
    public void none() throws NotPlainException {
        sink.code(Opcode.NONE);
    }

    @Override
    public void bool(Bool value) throws NotPlainException {
        if (form == PickleForm.PYTHON3_STORED) {
            sink.code(value.value() ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        } else {
            sink.ascii(value.value() ? "I01\n" : "I00\n");
        }
    }

    @Override
    public void integer(Int value) throws NotPlainException {
        long number = value.value();
        if (number == (int) number) {
            shortInteger((int) number);
        } else if (python3) {
            longInteger(BigInteger.valueOf(number));
        } else {
            sink.ascii("I" + number + "\n"); // Python 2's int has 64 bits
        }
    }

    @Override
    public void longInt(LongInt value) throws NotPlainException {
        if (python3 && value.value().bitLength() < Integer.SIZE) {
            shortInteger(value.value().intValue());
        } else {
            longInteger(value.value());
        }
    }

    @Override
    public void floating(Floating value) throws NotPlainException {
        sink.code(Opcode.BINFLOAT).bigEndian64(Double.doubleToRawLongBits(value.value()));
    }

    @Override
    public void text(Text value) throws NotPlainException {
        if (form != PickleForm.PYTHON3_STORED) {
            unicode(value.utf8());
        } else if (!memo.getText(value.utf8())) {
            unicode(value.utf8());
            memo.putText(value.utf8());
        }
    }

    @Override
    public void bytes(Bytes value) throws NotPlainException {
        octets(value.octets());
    }

    @Override
    public void byteString(ByteString value) throws NotPlainException {
        if (python3 && value.octets().isAscii()) {
            text(new Text(value.octets()));
        } else {
            octets(value.octets());
        }
    }

    @Override
    public void byteArray(ByteArray value) throws NotPlainException {
        throw notPlain("a bytearray");
    }

    @Override
    public void global(Global value) throws NotPlainException {
        throw notPlain("the class " + value);
    }

    @Override
    public void extensionCode(ExtensionCode value) throws NotPlainException {
        throw notPlain("the class " + value);
    }

    @Override
    public void set(PickleSet value) throws NotPlainException {
        throw notPlain("a set");
    }

    @Override
    public void object(PickleObject value) throws NotPlainException {
        Optional<Octets> octets = value.asBytes();
        if (octets.isEmpty()) {
            throw notPlain("an object of " + value.callable());
        }
        octets(octets.get());
    }

    @Override
    public void persistentReference(PersistentReference value) throws NotPlainException {
        throw notPlain("a persistent reference");
    }

    @Override
    public void tuple(PickleTuple value) throws NotPlainException {
        List<PickleValue> items = value.items();
        if (items.isEmpty()) {
            sink.code(Opcode.EMPTY_TUPLE);
            return;
        }
        boolean marked = form != PickleForm.PYTHON3_STORED || items.size() > 3;
        if (marked) {
            sink.code(Opcode.MARK);
        }
        writeAll(items);
        sink.code(marked ? Opcode.TUPLE : Opcode.TUPLE1 + items.size() - 1);
        if (form == PickleForm.PYTHON3_STORED) {
            memo.put();
        }
    }

    @Override
    public void list(PickleList value) throws NotPlainException {
        List<PickleValue> items = value.items();
        sink.code(Opcode.EMPTY_LIST);
        putContainer();
        for (int start = 0; start < items.size(); start += BATCH) {
            List<PickleValue> batch = items.subList(start, Math.min(start + BATCH, items.size()));
            // Python 2 looks whether an item is alone in its batch, Python 3 whether it is alone in the list.
            if (batch.size() == 1 && (start == 0 || !python3)) {
                writeAll(batch);
                sink.code(Opcode.APPEND);
            } else {
                sink.code(Opcode.MARK);
                writeAll(batch);
                sink.code(Opcode.APPENDS);
            }
        }
    }

    @Override
    public void dict(PickleDict value) throws NotPlainException {
        List<PickleValue> keysAndValues = value.children();
        int size = keysAndValues.size();
        sink.code(Opcode.EMPTY_DICT);
        putContainer();
        if (size == 2) {
            writeAll(keysAndValues);
            sink.code(Opcode.SETITEM);
        } else if (size > 0) {
            // After a full batch comes another, even if there is nothing left for it.
            for (int start = 0; start <= size; start += 2 * BATCH) {
                sink.code(Opcode.MARK);
                writeAll(keysAndValues.subList(start, Math.min(start + 2 * BATCH, size)));
                sink.code(Opcode.SETITEMS);
            }
        }
    }

    private void writeAll(List<PickleValue> values) throws NotPlainException {
        if (++depth > depthMax) {
            throw notPlain("something that contains itself, or is nested deeper than " + depthMax);
        }
        for (PickleValue value : values) {
            value.dispatch(this);
        }
        depth--;
    }

    private void putContainer() throws NotPlainException {
        if (form.isStored()) {
            memo.put();
        }
    }

    private void shortInteger(int value) throws NotPlainException {
        if (value >= 0 && value <= 0xff) {
            sink.code(Opcode.BININT1).u8(value);
        } else if (value >= 0 && value <= 0xffff) {
            sink.code(Opcode.BININT2).u16(value);
        } else {
            sink.code(Opcode.BININT).u32(value);
        }
    }

    private void longInteger(BigInteger value) throws NotPlainException {
        if (form != PickleForm.PYTHON3_STORED) {
            sink.ascii("L" + value + "L\n");
            return;
        }
        byte[] bytes = value.toByteArray();
        if (bytes.length <= 0xff) {
            sink.code(Opcode.LONG1).u8(bytes.length);
        } else {
            sink.code(Opcode.LONG4).u32(bytes.length);
        }
        for (int i = bytes.length - 1; i >= 0; i--) {
            sink.u8(bytes[i]);
        }
    }

    private void unicode(Octets utf8) throws NotPlainException {
        sink.code(Opcode.BINUNICODE).u32(utf8.size()).raw(utf8);
    }

    private void octets(Octets octets) throws NotPlainException {
        switch (form) {
            case PYTHON3_STORED -> {
                if (!memo.getBytes(octets)) {
                    counted(Opcode.SHORT_BINBYTES, Opcode.BINBYTES, octets);
                    memo.putBytes(octets);
                }
            }
            case PYTHON3_WIRE -> {
                if (octets.size() == 0) {
                    sink.ascii("c__builtin__\nbytes\n)R");
                } else {
                    sink.ascii("c_codecs\nencode\n(");
                    unicode(Text.of(octets.latin1()).utf8());
                    unicode(Text.of("latin1").utf8());
                    sink.ascii("tR");
                }
            }
            default -> counted(Opcode.SHORT_BINSTRING, Opcode.BINSTRING, octets);
        }
    }

    private void counted(int shortOpcode, int longOpcode, Octets octets) throws NotPlainException {
        if (octets.size() <= 0xff) {
            sink.code(shortOpcode).u8(octets.size());
        } else {
            sink.code(longOpcode).u32(octets.size());
        }
        sink.raw(octets);
    }

    private NotPlainException notPlain(String what) {
        return new NotPlainException("cannot be written as plain values (" + form + "): " + what);
    }
}
