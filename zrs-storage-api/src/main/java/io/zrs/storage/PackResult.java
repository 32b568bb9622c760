package io.zrs.storage;

/**
 * What a pack did; if there was nothing to be removed, the same numbers twice.
 *
 * <p>Threading: immutable.
 *
 * @param bytesBefore {@link Storage#sizeInBytes} when it took effect
 * @param objectsBefore {@link Storage#objectCount} when it took effect
 */
public record PackResult(long bytesBefore, long bytesAfter, long objectsBefore, long objectsAfter) {}
