package io.zrs.secondary;

/** What has come since the start. Threading: confined to the reactor thread. */
final class Counters {
    long connectCount;
    long transactionCount;
    long byteCount;
}
