package io.zrs.protocol;

import io.zrs.storage.Tid;
import java.util.ArrayList;
import java.util.List;

/** Keeps what secondaries say. */
final class Starts implements SendingEvents {
    final List<Tid> started = new ArrayList<>();
    final List<Tid> acknowledged = new ArrayList<>();

    @Override
    public void start(Tid last) {
        started.add(last);
    }

    @Override
    public void acknowledged(Tid tid) {
        acknowledged.add(tid);
    }
}
