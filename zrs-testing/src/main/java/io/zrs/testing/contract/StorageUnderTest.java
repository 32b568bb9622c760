package io.zrs.testing.contract;

import io.zrs.storage.Storage;

/**
 * A storage whose answers are judged, with what the tests need to write to it.
 *
 * <p>For a storage that is written to directly it is enough to say {@code () -> storage}. One that shows what is committed elsewhere, as a
 * secondary, names that as {@link #source} and says in {@link #sync} how to wait for it.
 *
 * <p>Threading: {@link #storage} and {@link #source} from any thread, the others are called by the thread that runs the test.
 */
@FunctionalInterface
public interface StorageUnderTest extends AutoCloseable {
    /** The storage whose answers are judged; the same one at each call. */
    Storage storage();

    /** The storage that tests write to, which has {@link io.zrs.storage.WritableStorage}; the same one at each call. */
    default Storage source() {
        return storage();
    }

    /** Returns when {@link #storage} shows, and has told its listeners of, all that {@link #source} shows. By default that is so at once. */
    default void sync() {}

    /** Closes both storages in order; again does nothing. */
    @Override
    default void close() {
        storage().close();
    }
}
