package io.zrs.storage;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/**
 * Capability: blobs, one file of bytes beside each revision of a blob object.
 *
 * <p>Threading: thread-safe.
 */
public interface BlobCapable {
    /**
     * The file of a revision, to be read only. It stays until the revision is packed away.
     *
     * @throws PosKeyException "No blob file" if this revision has none: it is no blob, or a blob that was never written
     */
    Path loadBlob(Oid oid, Tid tid);

    /**
     * Opens the bytes of a revision for reading; the caller closes the channel.
     *
     * @throws PosKeyException as {@link #loadBlob} does
     */
    SeekableByteChannel openBlob(Oid oid, Tid tid);

    /** Where to make files that {@link BlobTransaction#storeBlob} can take over without copying. */
    Path temporaryDirectory();
}
