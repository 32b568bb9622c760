package io.zrs.testing.disk;

/** What becomes of a {@link DiskOperation}. Where one does not apply to a kind of operation, it means {@link #PROCEED}. */
public enum Verdict {
    /** It is done. */
    PROCEED,
    /**
     * {@code IOException}, and nothing is done. A force that failed may be followed by one that succeeds, and that forces everything: this is
     * kinder than systems that take pages for written after a failed force.
     */
    FAIL,
    /** A read or write of two bytes or more does a part of what it was asked for, at least one byte, and says so. */
    SHORT,
    /**
     * {@code IOException} "No space left on device". A write may have done a part before; a force has forced nothing; what takes no space
     * (reads, cutting off, deleting) proceeds.
     */
    FULL,
    /** A force claims success and forces nothing: a disk that lies. */
    IGNORE,
    /**
     * A force claims success, and is put off until {@link CrashingFileSystem#forcePostponed} or the next force of the same file or directory
     * that proceeds, or for ever: a disk, or a program, that forces in the wrong order.
     */
    POSTPONE,
    /** The power fails before it: {@link CrashingFileSystem#crash}, and a {@link PowerFailure} for whoever asked. */
    CRASH,
    /** The process is killed before it: {@link CrashingFileSystem#kill}, and an {@code IOException} for whoever asked. */
    KILL
}
