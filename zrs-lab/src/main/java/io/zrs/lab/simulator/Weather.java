package io.zrs.lab.simulator;

import io.zrs.reactor.NioReactor;
import io.zrs.testing.simulation.CutKind;
import io.zrs.testing.simulation.NetworkFaults;
import io.zrs.testing.simulation.NetworkQuality;
import io.zrs.testing.simulation.NetworkTimeouts;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How the network is.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Weather {
    private static final int LATENCY_MS_MAX = 40;

    private final World world;
    private final RandomGenerator random;
    private final NetworkQuality usual;

    Weather(World world) {
        this.world = world;
        this.random = world.chance();
        this.usual = usual();
        world.network().setQuality(usual);
    }

    /** Chances of everything, until {@link #heal}. */
    void getWorse() {
        world.trace("the network gets worse");
        world.network()
                .setQuality(usual.withFaults(new NetworkFaults(
                        chance(), chance(), chance(), Duration.ofSeconds(1 + random.nextInt(10)), chance())));
    }

    void heal() {
        world.trace("the network is healed");
        world.network().heal();
        world.network().setQuality(usual);
    }

    /** Nothing goes wrong from now on. */
    void beFineForEver() {
        world.network().heal();
        world.network().setQuality(NetworkQuality.PERFECT);
    }

    void reset() {
        cut(CutKind.RESET);
    }

    void cutSilently() {
        cut(random.nextInt(3) == 0 ? CutKind.HELD : CutKind.SILENT);
    }

    /** Flips a bit of what comes next somewhere. */
    void flipBit() {
        Machine from = pick();
        Machine to = from.upstream();
        if (to == null) {
            return;
        }
        world.trace("a bit flips between " + to + " and " + from);
        if (random.nextInt(4) == 0) {
            world.network().corrupt(from.host(), to.host());
        } else {
            world.network().corrupt(to.host(), from.host());
        }
    }

    private void cut(CutKind kind) {
        Machine from = pick();
        Machine to = from.upstream();
        if (to == null) {
            return;
        }
        world.trace(kind + " between " + from + " and " + to);
        world.network().cut(from.host(), to.host(), kind);
        if (random.nextInt(3) > 0) {
            world.network().heal(from.host(), to.host());
        }
    }

    private NetworkQuality usual() {
        int piecesMax = random.nextInt(3) == 0 ? 1 + random.nextInt(2000) : NioReactor.READ_BYTES_MAX;
        return NetworkQuality.PERFECT
                .withLatency(Duration.ofNanos(50_000), Duration.ofMillis(1 + random.nextInt(LATENCY_MS_MAX)))
                .withPieces(Math.min(piecesMax, 1 + random.nextInt(100)), piecesMax)
                .withWindow(1 << (10 + random.nextInt(9)))
                .withTimeouts(
                        new NetworkTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(30)));
    }

    private double chance() {
        return random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    }

    private Machine pick() {
        List<Machine> machines = world.machines();
        return machines.get(random.nextInt(machines.size()));
    }
}
