package io.zrs.lab.siege;

import io.zrs.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Brings a {@link Company} together. Threading: confined to one thread. */
final class Gathering {
    private static final long DISK_MEBIBYTES = 4;

    private final Path directory;
    private final Guard guard;
    private final Commands commands;
    private final List<Follower> followers = new ArrayList<>();

    private Gathering(Path directory, Guard guard, Commands commands) {
        this.directory = directory;
        this.guard = guard;
        this.commands = commands;
    }

    /**
     * A company that has been started: a primary, two that follow it, one behind one of them, one on a small disk, and one by Python if it is there.
     *
     * @param directory exists, and is empty
     */
    static Company in(
            Path directory,
            Guard guard,
            Commands commands,
            Regime regime,
            SplittableRandom random,
            Minutes minutes,
            Tally tally)
            throws IOException, InterruptedException {
        Gathering gathering = new Gathering(directory, guard, commands);
        Member primary = gathering.member("primary");
        Subjects.create(primary.site());
        Member east = gathering.follow(primary, "east");
        gathering.follow(primary, "west");
        gathering.follow(east, "far");
        gathering.followOnSmallDisk(primary, "small");
        if (!commands.python().isEmpty()) {
            gathering.add(gathering.member("python"), Judge.Kind.PYTHON, commands::followByPython, primary);
        }
        Company company = new Company(primary, gathering.followers, commands, regime, random, minutes, tally);
        company.start();
        return company;
    }

    private Member follow(Member upstream, String name) throws IOException {
        Member member = member(name);
        add(member, Judge.Kind.JAVA, commands::follow, upstream);
        return member;
    }

    private void followOnSmallDisk(Member upstream, String name) throws IOException, InterruptedException {
        Member member = member(name);
        SmallDisk disk = SmallDisk.create(member.site().directory(), DISK_MEBIBYTES, guard);
        followers.add(new Follower(member, Judge.Kind.JAVA, commands::follow, upstream, Proxy.start(), disk));
    }

    private void add(Member member, Judge.Kind kind, Follower.Program program, Member upstream) throws IOException {
        followers.add(new Follower(member, kind, program, upstream, Proxy.start(), null));
    }

    private Member member(String name) throws IOException {
        Site site = new Site(Files.createDirectory(directory.resolve(name)));
        return new Member(name, site, directory, guard);
    }
}
