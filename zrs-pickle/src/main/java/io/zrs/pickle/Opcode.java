package io.zrs.pickle;

/**
 * The opcodes of protocols 0 to 5, and the form of each one's argument.
 *
 * <p>Source: the Python library's {@code pickletools}.
 */
final class Opcode {
    static final int MARK = '(';
    static final int STOP = '.';
    static final int POP = '0';
    static final int POP_MARK = '1';
    static final int DUP = '2';
    static final int FLOAT = 'F';
    static final int INT = 'I';
    static final int BININT = 'J';
    static final int BININT1 = 'K';
    static final int LONG = 'L';
    static final int BININT2 = 'M';
    static final int NONE = 'N';
    static final int PERSID = 'P';
    static final int BINPERSID = 'Q';
    static final int REDUCE = 'R';
    static final int STRING = 'S';
    static final int BINSTRING = 'T';
    static final int SHORT_BINSTRING = 'U';
    static final int UNICODE = 'V';
    static final int BINUNICODE = 'X';
    static final int APPEND = 'a';
    static final int BUILD = 'b';
    static final int GLOBAL = 'c';
    static final int DICT = 'd';
    static final int EMPTY_DICT = '}';
    static final int APPENDS = 'e';
    static final int GET = 'g';
    static final int BINGET = 'h';
    static final int INST = 'i';
    static final int LONG_BINGET = 'j';
    static final int LIST = 'l';
    static final int EMPTY_LIST = ']';
    static final int OBJ = 'o';
    static final int PUT = 'p';
    static final int BINPUT = 'q';
    static final int LONG_BINPUT = 'r';
    static final int SETITEM = 's';
    static final int TUPLE = 't';
    static final int EMPTY_TUPLE = ')';
    static final int SETITEMS = 'u';
    static final int BINFLOAT = 'G';
    static final int PROTO = 0x80;
    static final int NEWOBJ = 0x81;
    static final int EXT1 = 0x82;
    static final int EXT2 = 0x83;
    static final int EXT4 = 0x84;
    static final int TUPLE1 = 0x85;
    static final int TUPLE2 = 0x86;
    static final int TUPLE3 = 0x87;
    static final int NEWTRUE = 0x88;
    static final int NEWFALSE = 0x89;
    static final int LONG1 = 0x8a;
    static final int LONG4 = 0x8b;
    static final int BINBYTES = 'B';
    static final int SHORT_BINBYTES = 'C';
    static final int SHORT_BINUNICODE = 0x8c;
    static final int BINUNICODE8 = 0x8d;
    static final int BINBYTES8 = 0x8e;
    static final int EMPTY_SET = 0x8f;
    static final int ADDITEMS = 0x90;
    static final int FROZENSET = 0x91;
    static final int NEWOBJ_EX = 0x92;
    static final int STACK_GLOBAL = 0x93;
    static final int MEMOIZE = 0x94;
    static final int FRAME = 0x95;
    static final int BYTEARRAY8 = 0x96;
    static final int NEXT_BUFFER = 0x97;
    static final int READONLY_BUFFER = 0x98;

    /** Form of an argument: there is no such opcode. */
    static final int UNKNOWN = 0;
    /** Form of an argument: none. */
    static final int BARE = 1;
    /** Form of an argument: a number of 1 byte. */
    static final int FIXED1 = 2;
    /** Form of an argument: a number of 2 bytes. */
    static final int FIXED2 = 3;
    /** Form of an argument: a number of 4 bytes. */
    static final int FIXED4 = 4;
    /** Form of an argument: a number of 8 bytes. */
    static final int FIXED8 = 5;
    /** Form of an argument: bytes after their number in 1 byte. */
    static final int COUNTED1 = 6;
    /** Form of an argument: bytes after their number in 4 bytes. */
    static final int COUNTED4 = 7;
    /** Form of an argument: bytes after their number in 8 bytes. */
    static final int COUNTED8 = 8;
    /** Form of an argument: a line. */
    static final int LINE = 9;
    /** Form of an argument: two lines. */
    static final int TWO_LINES = 10;

    private static final byte[] FORMS = new byte[256];

    static {
        set(BARE, MARK, STOP, POP, POP_MARK, DUP, NONE, BINPERSID, REDUCE, APPEND, BUILD, DICT, EMPTY_DICT, APPENDS);
        set(BARE, LIST, EMPTY_LIST, OBJ, SETITEM, TUPLE, EMPTY_TUPLE, SETITEMS, NEWOBJ, TUPLE1, TUPLE2, TUPLE3);
        set(BARE, NEWTRUE, NEWFALSE, EMPTY_SET, ADDITEMS, FROZENSET, NEWOBJ_EX, STACK_GLOBAL, MEMOIZE);
        set(BARE, NEXT_BUFFER, READONLY_BUFFER);
        set(FIXED1, BININT1, BINGET, BINPUT, PROTO, EXT1);
        set(FIXED2, BININT2, EXT2);
        set(FIXED4, BININT, LONG_BINGET, LONG_BINPUT, EXT4);
        set(FIXED8, BINFLOAT, FRAME);
        set(COUNTED1, SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE, LONG1);
        set(COUNTED4, BINSTRING, BINBYTES, BINUNICODE, LONG4);
        set(COUNTED8, BINUNICODE8, BINBYTES8, BYTEARRAY8);
        set(LINE, FLOAT, INT, LONG, PERSID, STRING, UNICODE, GET, PUT);
        set(TWO_LINES, GLOBAL, INST);
    }

    private Opcode() {}

    /** The form of the argument of {@code opcode}, 0 to 255. */
    static int form(int opcode) {
        return FORMS[opcode];
    }

    private static void set(int form, int... opcodes) {
        for (int opcode : opcodes) {
            FORMS[opcode] = (byte) form;
        }
    }
}
