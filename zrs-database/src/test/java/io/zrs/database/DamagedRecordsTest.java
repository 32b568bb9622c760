package io.zrs.database;

import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import io.zrs.golden.Golden;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.stubbing.Answer;

/** Golden records with some bytes changed: an object that can be read, written and read again, or an exception that says which cannot. */
class DamagedRecordsTest {
    private static final int CASES = 8_000;
    private static final int CURRENT_OIDS = 370;

    @TempDir
    private Path directory;

    private Oid damaged = Oid.ROOT;
    private byte[] record = {};

    @ParameterizedTest(name = "{0}, seed={1}")
    @CsvSource({"py2-objects, 1", "py3-objects, 2"})
    void areReadOrRefusedByName(String set, long seed) throws Exception {
        Golden.copy(set, directory);
        SplittableRandom random = new SplittableRandom(seed);
        try (Storage files = TestStorages.readOnly(directory.resolve("Data.fs"))) {
            Storage storage = mock(Storage.class, withSettings().stubOnly().defaultAnswer(damaging(files)));
            Database database = Database.open(storage);
            for (int i = 0; i < CASES; i++) {
                // The first ones are the most various.
                damaged = new Oid(random.nextInt(1, random.nextBoolean() ? CURRENT_OIDS : 25));
                record = damaged(files.load(damaged).data(), random);
                try (Connection connection = database.open()) {
                    use((Persistent) connection.get(damaged), connection);
                } catch (UnreadableObjectException | PosKeyException e) {
                    // That is what they are for; a changed reference may lead nowhere.
                } catch (RuntimeException | StackOverflowError e) {
                    throw new AssertionError(
                            "case " + i + ", oid " + damaged + ": "
                                    + HexFormat.of().formatHex(record),
                            e);
                }
            }
        }
    }

    private Answer<Object> damaging(Storage files) {
        Answer<Object> real = delegatesTo(files);
        return call -> call.getMethod().getName().equals("loadBefore")
                        && call.getArgument(0).equals(damaged)
                ? new ObjectRevision(record.clone(), files.lastTransaction(), null)
                : real.answer(call);
    }

    private static void use(Persistent object, Connection connection) throws PickleException, UnreadableStateException {
        Objects.requireNonNull(object.toString());
        if (object instanceof BTree || object instanceof BTreeSet) {
            return;
        }
        ValueWriter values = new ValueWriter(
                PickleForm.PYTHON3_STORED,
                PythonTypes.standard(),
                connection,
                target -> target.persistence().attachedOid());
        byte[] again = written(object.persistence(), values);
        if (again != null) {
            ObjectRecord read = new RecordReader().read(again);
            Objects.requireNonNull(read.pythonClass());
        }
    }

    /** The record, null if it would hold what only reading allows, such as a class with a line feed in its name. */
    private static byte @Nullable [] written(Persistence object, ValueWriter values) {
        try {
            return new RecordWriter(PickleForm.PYTHON3_STORED, PickleLimits.RECORD)
                    .record(values.metadata(object), object.state().write(values));
        } catch (IllegalArgumentException | PickleException e) {
            return null;
        }
    }

    private static byte[] damaged(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                default -> bytes = repeated(bytes, at, Math.min(random.nextInt(12), bytes.length - at));
            }
        }
        return bytes;
    }

    private static byte[] repeated(byte[] bytes, int at, int length) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
    }
}
