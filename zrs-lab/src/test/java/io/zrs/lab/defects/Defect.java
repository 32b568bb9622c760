package io.zrs.lab.defects;

import io.zrs.lab.simulator.Simulator;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.DiskOperation.Kind;
import io.zrs.testing.disk.Verdict;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the simulator must find, each planted from outside and as small as it would be made. */
enum Defect {
    /** Blobs are forced when the log has been forced that names them. */
    LOG_FORCED_BEFORE_ITS_BLOBS(LateBlobs::new, "blob of oid|No blob file"),

    /** The names of blobs are not made durable. */
    DIRECTORY_NOT_FORCED(
            faults -> faults.or(DiskFaults.when(
                    operation -> operation.kind() == Kind.FORCE_DIRECTORY
                            && operation.path().startsWith("/site/blobs"),
                    Verdict.IGNORE)),
            "No blob file"),

    /** When a log is opened, a transaction counts as the last one before it is known whether it is whole. */
    LAST_TID_OF_A_CUT_TAIL(
            "io.zrs.filestorage.LogScanner",
            "scan",
            code -> code.putBefore("LogScanner.isDoubtful", "TransactionRecordHeader.tid"),
            "lacks transaction|has told of|a last transaction that nobody committed"),

    /** A transaction gets its status first, then all is forced at once. */
    NO_FORCE_BEFORE_THE_STATUS(
            "io.zrs.filestorage.CommitQueue",
            "lead",
            code -> code.putBefore("LogFile.force", "CommitQueue.mark"),
            "CorruptedStorageException|has other|lacks transaction|nobody committed"),

    /** Any checksum that comes with a transaction will do. */
    CHECKSUM_NOT_VERIFIED(
            "io.zrs.protocol.Zrs2ReceivingSession$Messages",
            "commit",
            code -> code.replace("Bytes.equals", Mistakes.class, "areEqual"),
            "has other|a record too many|nobody committed"),

    /** A secondary that comes back is sent what comes after the first transaction that it lacks. */
    RESUMES_ONE_TRANSACTION_TOO_LATE(
            "io.zrs.primary.Feed",
            "open",
            code -> code.replace("TransactionLog.follow", Mistakes.class, "followTooLate"),
            "lacks transaction|does not catch up|should have"),

    /** A transaction is told of and can be seen when its status is written, but not forced. */
    PUBLISHED_BEFORE_FORCED(
            "io.zrs.filestorage.CommitQueue",
            "lead",
            code -> code.putBefore("LogFile.force", "CommitQueue.showMarked"),
            "has told of .* after a restart"),

    /** The copy that a pack makes takes the place of the log without having been forced. */
    PACK_SWITCHES_WITHOUT_FORCE(
            "io.zrs.filestorage.PackOutput",
            "force",
            code -> code.drop("LogFile.force"),
            "has told of .* after a restart|CorruptedStorageException|has .* otherwise|has other|lacks");

    /** Of functions without state, which no type can say. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable Rewriting rewriting;

    /** As {@link #rewriting}. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<DiskFaults> disk;

    private final Pattern symptom;

    Defect(UnaryOperator<DiskFaults> disk, String symptom) {
        this.rewriting = null;
        this.disk = disk;
        this.symptom = Pattern.compile(symptom);
    }

    Defect(String className, String methodName, Consumer<MethodCode> edit, String symptom) {
        this.rewriting = new Rewriting(className, methodName, edit);
        this.disk = UnaryOperator.identity();
        this.symptom = Pattern.compile(symptom);
    }

    /** What the first line of a violation says that is found because of it. */
    Pattern symptom() {
        return symptom;
    }

    /** A simulator with it. */
    Laboratory plant() {
        return rewriting == null ? seed -> Simulator.violation(seed, disk) : Laboratory.of(rewriting);
    }
}
