package io.zrs.lab.defects;

import io.zrs.testing.disk.CrashingFileSystem;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.DiskOperation;
import io.zrs.testing.disk.DiskOperation.Kind;
import io.zrs.testing.disk.Verdict;

/** A disk that forces blobs when the log has been forced, and the program has gone on to other files. */
final class LateBlobs implements DiskFaults {
    private final DiskFaults others;
    private boolean isLogForced;

    LateBlobs(DiskFaults others) {
        this.others = others;
    }

    @Override
    public Verdict decide(DiskOperation operation) {
        boolean isLog = operation.path().endsWith("Data.fs");
        if (isLogForced && !isLog) {
            isLogForced = false;
            ((CrashingFileSystem) operation.path().getFileSystem()).forcePostponed();
        }
        Verdict verdict = others.decide(operation);
        if (verdict != Verdict.PROCEED || operation.kind() != Kind.FORCE) {
            return verdict;
        }
        isLogForced |= isLog;
        return operation.path().toString().endsWith(".blob") ? Verdict.POSTPONE : Verdict.PROCEED;
    }
}
