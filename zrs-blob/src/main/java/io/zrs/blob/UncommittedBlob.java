package io.zrs.blob;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A blob whose transaction is not known to be durable.
 *
 * <p>In the temporary directory it has up to two files. Together they tell the next one who opens the directory what to do:
 *
 * <pre>
 * zrs-&lt;oid&gt;-&lt;tid&gt;-&lt;number&gt;.data      its bytes, until they are moved to their final name
 * zrs-&lt;oid&gt;-&lt;tid&gt;-&lt;number&gt;.placing   empty: the final name may exist, whether or not its transaction does
 * </pre>
 *
 * <p>Threading: needs outside synchronisation; what cannot change may be read by any thread.
 */
final class UncommittedBlob {
    /** What the names of all our files in the temporary directory begin with. */
    static final String PREFIX = "zrs-";

    private static final String DATA = ".data";
    private static final String PLACING = ".placing";
    private static final Pattern PLACING_NAME =
            Pattern.compile(PREFIX + "([0-9a-f]{16})-([0-9a-f]{16})-([0-9]{1,18})" + Pattern.quote(PLACING));

    // No paths: a transaction may have many blobs.
    private final BlobDirectory directory;
    private final BlobRevision revision;
    private final long number;
    private Progress progress = Progress.TEMPORARY;
    private boolean handedOver;

    /** How far its bytes have come. */
    enum Progress {
        /** They lie in the temporary directory, if anywhere. */
        TEMPORARY,
        /** The marker may exist, and the final name too. */
        PLACING,
        /** The final name is durable. */
        PLACED
    }

    /** A blob that has no files yet. */
    UncommittedBlob(BlobDirectory directory, BlobRevision revision, long number) {
        this.directory = directory;
        this.revision = revision;
        this.number = number;
    }

    /** The blob whose marker has that name, if it is the name of a marker. */
    static Optional<UncommittedBlob> ofMarker(BlobDirectory directory, String name) {
        Matcher matcher = PLACING_NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BlobRevision revision = new BlobRevision(Oid.parse(matcher.group(1)), Tid.parse(matcher.group(2)));
        return Optional.of(new UncommittedBlob(directory, revision, Long.parseLong(matcher.group(3))));
    }

    BlobRevision revision() {
        return revision;
    }

    /** Its bytes before they are committed. */
    Path data() {
        return temporary(DATA);
    }

    /** Says that {@link #file} may exist. */
    Path marker() {
        return temporary(PLACING);
    }

    /** Its final name. */
    Path file() {
        return directory.path(revision.oid(), revision.tid());
    }

    Progress progress() {
        return progress;
    }

    void progress(Progress reached) {
        progress = reached;
    }

    /** Whether the base storage decides, now or when it is opened again, if this blob stays. Until then its transaction can be aborted. */
    boolean isHandedOver() {
        return handedOver;
    }

    void handOver() {
        handedOver = true;
    }

    private Path temporary(String suffix) {
        String name = PREFIX + revision.oid().toHex() + "-" + revision.tid().toHex() + "-" + number + suffix;
        return directory.temporaryDirectory().resolve(name);
    }
}
