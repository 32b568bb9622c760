package io.zrs.lab.siege;

import io.zrs.lab.Site;
import io.zrs.lab.ZrsProcess;
import io.zrs.lab.siege.Tally.Event;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * The end of a season: nothing happens to anybody any more, so all must come to agree; then all end in order, and are looked through.
 *
 * <p>Threading: confined to one thread.
 */
final class Truce {
    /** Beyond the longest pause between two attempts to connect. */
    private static final long PATIENCE_SECONDS = 150;

    private static final long MEBIBYTES = 1024;

    private final Company company;
    private final Path logs;
    private final Set<Follower> agreeing = new HashSet<>();

    /** A truce that has not begun. */
    Truce(Company company, Path logs) {
        this.company = company;
        this.logs = logs;
    }

    /** Makes it, and looks through all. */
    void make() throws IOException, InterruptedException, TimeoutException {
        company.minutes().note("truce");
        company.calm();
        for (Follower follower : company.followers()) {
            relieve(follower);
        }
        company.serve();
        // Who is ended before he has opened his files cannot have put them in order.
        company.await(() -> company.primary().address().isPresent(), PATIENCE_SECONDS);
        Tid last = company.primary().known().last();
        if (!company.await(() -> agree(last), PATIENCE_SECONDS)) {
            for (Follower follower : company.followers()) {
                if (!agreeing.contains(follower)) {
                    company.minutes()
                            .fault(follower.member().name() + " does not catch up with " + last + ", it has "
                                    + follower.member().look() + ", see "
                                    + follower.member().log());
                }
            }
        }
        company.minutes().note("all agree");
        for (Follower follower : company.followers()) {
            company.stop(follower);
        }
        company.stopPrimary();
        lookThrough();
    }

    private void relieve(Follower follower) throws IOException, InterruptedException, TimeoutException {
        SmallDisk disk = follower.disk();
        Member member = follower.member();
        if (disk != null) {
            boolean isFull = follower.isFull();
            boolean hasMore = disk.enlarge(MEBIBYTES, member.isAlive() ? member.process() : null);
            if (!follower.isDown() && (isFull || !hasMore)) {
                company.kill(follower);
            }
        }
        if (follower.kind() == Judge.Kind.PYTHON && !follower.isDown()) {
            company.kill(follower); // the original can get stuck on a damaged stream
        }
        if (follower.isDown()) {
            company.start(follower);
        }
    }

    private boolean agree(Tid last) {
        boolean all = true;
        for (Follower follower : company.followers()) {
            if (!agreeing.contains(follower)) {
                if (follower.hasFollowed() && endsWith(follower.member().site(), last)) {
                    agreeing.add(follower);
                } else {
                    all = false;
                }
            }
        }
        return all;
    }

    private boolean endsWith(Site site, Tid last) {
        try {
            boolean canBe = !company.isByteIdentical()
                    || site.size() >= company.primary().site().size();
            return canBe && site.content().last().equals(last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void lookThrough() throws IOException, InterruptedException, TimeoutException {
        Site original = company.primary().site();
        boolean isOurs = company.regime() != Regime.PYTHON;
        if (isOurs) {
            verify(company.primary());
            original.litter().forEach(company.minutes()::fault);
        }
        for (Follower follower : company.followers()) {
            Site site = follower.member().site();
            if (follower.kind() == Judge.Kind.PYTHON) {
                continue; // judged; it leaves files of broken transactions, and has none for empty blobs
            }
            verify(follower.member());
            List<String> faults = new ArrayList<>(site.litter());
            if (isOurs && company.isByteIdentical()) {
                faults.addAll(site.faults(original));
            }
            faults.forEach(company.minutes()::fault);
        }
    }

    private void verify(Member member) throws IOException, InterruptedException, TimeoutException {
        Path log = logs.resolve(member.name() + "-verify.log");
        try (ZrsProcess process = ZrsProcess.start(company.commands().verify(member.site()), log)) {
            if (process.awaitEnd() == 0) {
                company.tally().add(Event.VERIFICATION);
            } else {
                company.minutes()
                        .fault("'zrs verify' finds something in "
                                + member.site().file() + ", see " + log);
            }
        }
    }
}
