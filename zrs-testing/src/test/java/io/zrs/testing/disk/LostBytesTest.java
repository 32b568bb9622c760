package io.zrs.testing.disk;

import static io.zrs.testing.disk.Snapshots.durable;
import static io.zrs.testing.disk.Snapshots.force;
import static io.zrs.testing.disk.Snapshots.outcomes;
import static io.zrs.testing.disk.Snapshots.truncate;
import static io.zrs.testing.disk.Snapshots.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Of the bytes that were not forced a crash keeps what it likes, and of those that were it keeps all. */
class LostBytesTest {
    private static final int SEEDS = 400;
    private static final int SIZE = 10_000;

    @RepeatedTest(100)
    void forcedBytesSurviveUnlessTheyWereOverwritten(RepetitionInfo repetition) throws IOException {
        long seed = Long.getLong("zrs.seed", repetition.getCurrentRepetition());
        Random random = new Random(seed);
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Path file = durable(disk.getPath("/file"), "o".repeat(SIZE));
        byte[] forced = new byte[SIZE];
        Arrays.fill(forced, (byte) 'o');
        BitSet touched = new BitSet();
        byte[] now = forced.clone();
        for (int i = random.nextInt(60); i >= 0; i--) {
            if (random.nextInt(10) == 0) {
                force(file);
                forced = now.clone();
                touched.clear();
                continue;
            }
            int position = random.nextInt(SIZE);
            int length = Math.min(SIZE - position, 1 + random.nextInt(random.nextBoolean() ? 5 : 6000));
            byte letter = (byte) ('A' + random.nextInt(26));
            write(file, position, Character.toString(letter).repeat(length));
            Arrays.fill(now, position, position + length, letter);
            touched.set(position, position + length);
        }
        disk.crash();
        disk.restart();
        byte[] found = Files.readAllBytes(file);
        assertThat(found).as("-Dzrs.seed=%s", seed).hasSize(SIZE);
        for (int i = touched.nextClearBit(0); i < SIZE; i = touched.nextClearBit(i + 1)) {
            assertThat(found[i]).as("byte %s, -Dzrs.seed=%s", i, seed).isEqualTo(forced[i]);
        }
    }

    @Test
    void aByteIsOldOrNew() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Path file = durable(disk.getPath("/f"), "o");
                    write(file, 0, "1");
                    write(file, 0, "2");
                }))
                .containsExactlyInAnyOrder("/f=o", "/f=1", "/f=2");
    }

    @Test
    void writesAreKeptInAnyOrder() throws IOException {
        Set<String> kept = new TreeSet<>();
        for (String outcome : outcomes(SEEDS, disk -> {
            Path file = durable(disk.getPath("/f"), "o".repeat(9000));
            write(file, 8500, "1");
            write(file, 5, "2");
        })) {
            kept.add(outcome.replaceAll("[^12]", ""));
        }
        assertThat(kept).containsExactlyInAnyOrder("", "1", "2", "21");
    }

    @Test
    void filesAreKeptInAnyOrder() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durable(disk.getPath("/f"), "o");
                    durable(disk.getPath("/g"), "o");
                    write(disk.getPath("/f"), 0, "1");
                    write(disk.getPath("/g"), 0, "2");
                }))
                .containsExactlyInAnyOrder("/f=o /g=o", "/f=1 /g=o", "/f=o /g=2", "/f=1 /g=2");
    }

    @Test
    void writesAreTornAtPagesSectorsAndBytes() throws IOException {
        int pages = 0;
        int sectors = 0;
        int bytes = 0;
        for (String outcome : outcomes(SEEDS, disk -> {
            Path file = durable(disk.getPath("/f"), "o".repeat(20_000));
            write(file, 100, "n".repeat(15_000));
        })) {
            String content = outcome.substring("/f=".length());
            for (int i = 101; i < 15_100; i++) {
                if (content.charAt(i) != content.charAt(i - 1)) {
                    pages += i % 4096 == 0 ? 1 : 0;
                    sectors += i % 4096 != 0 && i % 512 == 0 ? 1 : 0;
                    bytes += i % 512 == 0 ? 0 : 1;
                }
            }
        }
        assertThat(pages).isGreaterThan(15);
        assertThat(sectors).isGreaterThan(100);
        assertThat(bytes).isBetween(15, sectors);
    }

    @Test
    void lengthsGrowWithZerosAndGarbage() throws IOException {
        Set<String> kinds = new TreeSet<>();
        for (String outcome : outcomes(SEEDS, disk -> {
            Path file = durable(disk.getPath("/f"), "o");
            write(file, 1, "n".repeat(5000));
        })) {
            String content = outcome.substring("/f=".length());
            assertThat(content).startsWith("o").hasSizeLessThanOrEqualTo(5001);
            if (content.length() > 512) {
                kinds.add(content.matches("on*") ? "new" : content.matches("(?s)o[n\0]*") ? "zeros" : "garbage");
            }
            kinds.add(content.equals("o") ? "nothing" : content.length() == 5001 ? "all" : "part");
        }
        assertThat(kinds).containsExactlyInAnyOrder("new", "zeros", "garbage", "nothing", "all", "part");
    }

    @Test
    void truncationsAreLostOrKept() throws IOException {
        assertThat(outcomes(SEEDS, disk -> truncate(durable(disk.getPath("/f"), "abc"), 1)))
                .containsExactlyInAnyOrder("/f=abc", "/f=a");
    }

    @Test
    void aTruncationCanBeLostWhileALaterWriteIsKept() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    Path file = durable(disk.getPath("/f"), "abc");
                    truncate(file, 0);
                    write(file, 0, "x");
                }))
                .contains("/f=abc", "/f=", "/f=x", "/f=xbc");
    }

    @Test
    void aForceCoversOnlyItsFile() throws IOException {
        assertThat(outcomes(SEEDS, disk -> {
                    durable(disk.getPath("/f"), "o");
                    durable(disk.getPath("/g"), "o");
                    write(disk.getPath("/f"), 0, "1");
                    write(disk.getPath("/g"), 0, "2");
                    force(disk.getPath("/f"));
                }))
                .containsExactlyInAnyOrder("/f=1 /g=o", "/f=1 /g=2");
    }

    @Test
    void oftenAllOrNothingIsKept() throws IOException {
        int all = 0;
        int nothing = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            CrashingFileSystem disk = CrashingFileSystem.create(seed);
            for (int i = 0; i < 5; i++) {
                write(durable(disk.getPath("/" + i), "o".repeat(9000)), 0, "n".repeat(9000));
            }
            disk.crash();
            disk.restart();
            String content = String.join("", Snapshots.of(disk).values());
            all += content.contains("o") ? 0 : 1;
            nothing += content.contains("n") ? 0 : 1;
        }
        assertThat(all).isBetween(SEEDS / 30, SEEDS / 4);
        assertThat(nothing).isBetween(SEEDS / 30, SEEDS / 4);
    }

    @Test
    void whatIsVeryOldIsDurable() throws IOException {
        Set<String> heads = new TreeSet<>();
        for (String outcome : outcomes(20, disk -> {
            Path file = durable(disk.getPath("/f"), "o");
            write(file, 0, "n");
            try (FileChannel channel = FileChannel.open(file, WRITE)) {
                for (int i = 0; i < 4096; i++) {
                    channel.write(ISO_8859_1.encode("x"), 1);
                }
            }
        })) {
            heads.add(outcome.substring(0, "/f=n".length()));
        }
        assertThat(heads).containsExactly("/f=n");
    }

    @Test
    void whatACrashLeftIsDurable() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            CrashingFileSystem disk = CrashingFileSystem.create(seed);
            write(durable(disk.getPath("/f"), "o".repeat(9000)), 100, "n".repeat(9000));
            disk.crash();
            disk.restart();
            byte[] left = Files.readAllBytes(disk.getPath("/f"));
            disk.crash();
            disk.restart();
            assertThat(disk.getPath("/f")).as("seed %s", seed).hasBinaryContent(left);
        }
    }

    @Test
    void aSynchronousWriteNeedsNoForce() throws IOException {
        assertThat(outcomes(100, disk -> {
                    Path file = durable(disk.getPath("/f"), "o");
                    Files.write(file, "n".getBytes(ISO_8859_1), DSYNC, WRITE);
                }))
                .containsExactly("/f=n");
    }
}
