package io.zrs.lab.siege;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zrs.lab.Site.Content;
import io.zrs.lab.siege.Tally.Event;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Puts a secondary in the place of its primary. Its copy becomes what is committed to; the former primary's copy follows from now on if it is a
 * prefix. If not, it must be refused, as every copy that is ahead, and left as it is; then it is made anew.
 *
 * <p>Threading: confined to one thread.
 */
final class Succession {
    private static final long PATIENCE_SECONDS = 60;
    private static final long ARRIVAL_SECONDS = 10;
    private static final List<String> REFUSALS = List.of("the secondary is ahead", "the histories have parted");

    private final Company company;
    private final Follower heir;

    /** The succession of {@code heir}, who follows the primary directly. */
    Succession(Company company, Follower heir) {
        this.company = company;
        this.heir = heir;
    }

    /** The primary ends, and the heir gets all that it has; if that does not come about, all stays as it was. */
    void inOrder() throws IOException, InterruptedException, TimeoutException {
        if (!prepare()) {
            return;
        }
        long size = heir.member().site().size();
        company.await(() -> isLonger(size), PATIENCE_SECONDS); // connected, that is
        company.stopPrimary();
        Tid last = company.primary().known().last();
        if (!company.await(() -> last().equals(last), ARRIVAL_SECONDS)) {
            company.minutes().note(heir.member().name() + " has not got all, and is not promoted");
            company.startPrimary();
            return;
        }
        company.stop(heir);
        proceed();
    }

    /** The primary is lost, whatever the heir has. */
    void afterLoss() throws IOException, InterruptedException, TimeoutException {
        if (!prepare()) {
            return;
        }
        company.killPrimary();
        for (Follower follower : company.followers()) {
            follower.proxy().breakOff();
        }
        company.stop(heir);
        proceed();
    }

    /** Whether the heir has at least what there was in the beginning. */
    private boolean prepare() throws IOException, InterruptedException, TimeoutException {
        company.calm();
        for (Follower follower : company.followers()) {
            if (!follower.member().isAlive()) {
                company.start(follower);
            }
        }
        company.minutes().note(heir.member().name() + " is to succeed the primary");
        return company.await(() -> last().compareTo(company.beginning()) >= 0, PATIENCE_SECONDS);
    }

    private boolean isLonger(long size) {
        try {
            return heir.member().site().size() > size;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tid last() {
        try {
            return heir.member().site().content().last();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void proceed() throws IOException, InterruptedException, TimeoutException {
        company.primary().swapSites(heir.member());
        Content inherited = company.primary().known();
        int lost = company.chronicle().branch(inherited.last());
        company.tally().add(Event.PROMOTION);
        company.tally().add(Event.LOST_BY_PROMOTION, lost);
        company.minutes()
                .note("promoted the copy of " + heir.member().name() + ", which has " + inherited + ", " + lost
                        + " commits fewer than the primary had");
        List<Follower> ahead = stopAhead(inherited.last());
        company.startPrimary();
        company.await(() -> company.primary().address().isPresent(), PATIENCE_SECONDS);
        if (heir.member().known().last().equals(inherited.last())) {
            rejoin(inherited.last());
        } else {
            ahead.add(heir);
        }
        for (Follower follower : ahead) {
            if (follower.upstream() == company.primary()) {
                checkRefused(follower);
            }
            makeAnew(follower);
        }
    }

    /** Those that have more than the heir; who follows one of them stands behind it. */
    private List<Follower> stopAhead(Tid last) throws IOException, InterruptedException, TimeoutException {
        List<Follower> ahead = new ArrayList<>();
        for (Follower follower : company.followers()) {
            if (follower != heir && follower.member().look().last().compareTo(last) > 0) {
                follower.stop();
                ahead.add(follower);
            }
        }
        return ahead;
    }

    /** The former primary's copy has what the heir has, and follows. */
    private void rejoin(Tid last) throws IOException, InterruptedException, TimeoutException {
        company.start(heir);
        if (company.await(() -> heir.member().text().contains("following from " + last), PATIENCE_SECONDS)) {
            company.tally().add(Event.REJOINED_PRIMARY);
        } else {
            company.minutes()
                    .fault("the former primary's copy does not follow from " + last + ", see "
                            + heir.member().log());
        }
    }

    /** Has it try to follow: the primary must say why not, its own log that it was refused, and what it has must stay. */
    private void checkRefused(Follower follower) throws IOException, InterruptedException, TimeoutException {
        Content before = follower.member().look();
        int refusals = refusals();
        company.start(follower);
        boolean isRefused = company.await(
                () -> refusals() > refusals && (follower.kind() == Judge.Kind.PYTHON || follower.saysRefused()),
                PATIENCE_SECONDS);
        follower.stop();
        Content after = follower.member().look();
        if (!isRefused || !after.last().equals(before.last()) || after.committedSize() != before.committedSize()) {
            company.minutes()
                    .fault(follower.member().name() + " with " + before + " was not refused by "
                            + company.primary().log() + ", and has " + after + ", see "
                            + follower.member().log());
        }
        company.tally().add(Event.REFUSED_FORK);
    }

    /** How often this run of the primary has refused somebody for his history. */
    private int refusals() {
        String text = company.primary().text();
        return REFUSALS.stream()
                .mapToInt(words -> text.split(words, -1).length - 1)
                .sum();
    }

    private void makeAnew(Follower follower) throws IOException {
        try (Stream<Path> entries = Files.list(follower.member().site().directory())) {
            for (Path entry : entries.toList()) {
                MoreFiles.deleteRecursively(entry, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        follower.member().forget();
        company.minutes().note(follower.member().name() + " begins anew");
        company.start(follower);
    }
}
