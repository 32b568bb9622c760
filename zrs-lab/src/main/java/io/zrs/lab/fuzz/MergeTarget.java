package io.zrs.lab.fuzz;

import io.zrs.database.StandardConflictResolver;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.storage.Oid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Merges two changes of a record.
 *
 * <pre>
 * input := size:u16be old:size*u8 size:u16be committed:size*u8 size:u16be changed:size*u8
 * </pre>
 *
 * <p>There is no merge, or it is a record, and the same one each time.
 */
final class MergeTarget implements FuzzTarget {
    private final StandardConflictResolver resolver = new StandardConflictResolver();

    @Override
    public void run(byte[] input) throws PickleException {
        byte[] merged = resolve(input);
        if (merged == null) {
            return;
        }
        ByteBuffer record = ByteBuffer.wrap(merged);
        PickleReader reader = new PickleReader(PickleLimits.RECORD);
        reader.read(record);
        reader.read(record);
        Check.that(!record.hasRemaining(), "bytes stand behind a merged record");
        Check.that(Arrays.equals(merged, resolve(input)), "merged again it is another record");
    }

    private byte @Nullable [] resolve(byte[] bytes) {
        Input input = new Input(bytes);
        return resolver.resolve(new Oid(1), input.sized(), input.sized(), input.sized());
    }
}
