package io.zrs.server;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that force blobs side by side. They start when there is work and end when there is none, so that nobody closes them. */
final class ForceThreads {
    private static final int THREADS_MAX = 16;
    private static final int IDLE_SECONDS = 10;

    private ForceThreads() {}

    /** Up to 16 daemon threads. */
    static Executor create() {
        ThreadFactory names = new ThreadFactoryBuilder()
                .setNameFormat("zrs-force-%d")
                .setDaemon(true)
                .build();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS_MAX, THREADS_MAX, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), names);
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
