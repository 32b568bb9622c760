package io.zrs.blob;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;

/**
 * One revision of one blob: what a file of a blob directory is named after.
 *
 * <p>Threading: immutable.
 *
 * @param oid the blob object
 * @param tid serial of the revision
 */
public record BlobRevision(Oid oid, Tid tid) {}
