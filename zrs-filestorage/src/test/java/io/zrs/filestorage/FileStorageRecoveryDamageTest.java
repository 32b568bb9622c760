package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.golden.Golden;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged anywhere: what is outside of damaged transactions is recovered, and nothing else. */
final class FileStorageRecoveryDamageTest {
    private static final String SMALL = "py3-small/Data.fs";

    private final RecoveryAttempt attempt = new RecoveryAttempt();

    static Stream<Long> seeds() {
        return TestStorage.seeds(8);
    }

    /** Every byte of a transaction in the middle, one after the other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 0xff})
    void keepsAllOthersWhateverByteOfATransactionIsWrong(int flip) throws IOException {
        byte[] whole = Golden.bytes("py3-doctest/Data.fs");
        int[] starts = RecoveryAttempt.starts(whole);
        TestStorage.write(attempt.damagedFile, whole);
        Map<Tid, String> expected = RecoveryAttempt.dump(attempt.damagedFile);
        int i = starts.length / 2;
        for (int at = starts[i]; at < starts[i + 1]; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) flip;

            attempt.recover(damaged, Damaged.LEAVE_OUT);

            assertOnlyTouchedDiffer(expected, List.of(RecoveryAttempt.tid(whole, starts[i])), "byte at " + at);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void keepsWhatLiesOutsideOfDamagedTransactions(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<String> sets = List.of("py3-small", "py3-variety", "py3-packed", "py2-small", "py2-variety");
            byte[] bytes = Golden.bytes(sets.get(random.nextInt(sets.size())) + "/Data.fs");
            TestStorage.write(attempt.damagedFile, bytes);
            Map<Tid, String> expected = RecoveryAttempt.dump(attempt.damagedFile);
            TreeMap<Integer, Tid> tids = new TreeMap<>();
            for (int start : RecoveryAttempt.starts(bytes)) {
                tids.put(start, RecoveryAttempt.tid(bytes, start));
            }
            List<Tid> touched = new ArrayList<>();
            for (int n = random.nextInt(5); n >= 0; n--) {
                int at = 4 + random.nextInt(bytes.length - 4);
                int size = random.nextInt(3) > 0 ? 1 : Math.min(bytes.length - at, 1 + random.nextInt(700));
                damage(random, bytes, at, size);
                touched.addAll(tids.subMap(tids.floorKey(at), at + size).values());
            }
            if (random.nextInt(3) == 0) {
                int size = bytes.length - random.nextInt(500);
                touched.addAll(tids.subMap(tids.floorKey(size), bytes.length).values());
                bytes = Arrays.copyOf(bytes, size);
            }
            Damaged kept = random.nextBoolean() ? Damaged.KEEP_SOUND_RECORDS : Damaged.LEAVE_OUT;

            attempt.recover(bytes, kept);

            assertOnlyTouchedDiffer(expected, touched, "seed " + seed + ", round " + round);
            assertThat(Files.readAllBytes(attempt.damagedFile)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void endsWhateverTheFileHolds(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            byte[] bytes = Golden.bytes(SMALL);
            for (int n = random.nextInt(30); n >= 0; n--) {
                int to = random.nextInt(bytes.length);
                int size = Math.min(random.nextInt(4000), bytes.length - to);
                System.arraycopy(bytes, random.nextInt(bytes.length - size), bytes, to, size);
            }
            for (Damaged kept : Damaged.values()) {
                Summary summary = attempt.recover(bytes, kept);

                assertThat(summary.losses()).isEqualTo(attempt.losses.size());
                assertThat(summary.transactions())
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(attempt.dumpRecovered().size());
                assertThat(RecoveryAttempt.verify(attempt.recoveredFile)).isEmpty();
            }
        }
    }

    private static void damage(Random random, byte[] bytes, int at, int size) {
        byte[] noise = new byte[size];
        if (random.nextBoolean()) {
            random.nextBytes(noise);
        }
        for (int i = 0; i < size; i++) {
            bytes[at + i] = size == 1 ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : noise[i];
        }
    }

    private void assertOnlyTouchedDiffer(Map<Tid, String> expected, List<Tid> touched, String where)
            throws IOException {
        Map<Tid, String> found = attempt.dumpRecovered();
        for (Map.Entry<Tid, String> entry : expected.entrySet()) {
            if (!touched.contains(entry.getKey())) {
                String data = found.get(entry.getKey());
                if (data == null || !isSameOrLost(entry.getKey(), entry.getValue(), data)) {
                    assertThat(data)
                            .as("%s: %s, attempt.losses %s", where, entry.getKey(), attempt.losses)
                            .isEqualTo(entry.getValue());
                }
            }
        }
        assertThat(found.keySet()).as(where).isSubsetOf(expected.keySet());
        assertThat(RecoveryAttempt.verify(attempt.recoveredFile)).as(where).isEmpty();
    }

    /** Records may refer to data in a damaged transaction: then they are lost, have what is there now, or repeat it. */
    private boolean isSameOrLost(Tid tid, String expected, String found) {
        List<String> expectedLines = expected.lines().toList();
        List<String> foundLines = new ArrayList<>(found.lines().toList());
        for (String line : expectedLines) {
            boolean isReferring = line.contains("back to") && !line.contains("back to null");
            String start = line.substring(0, line.indexOf(':'));
            boolean isNamed = attempt.losses.stream()
                    .anyMatch(
                            loss -> tid.equals(loss.tid()) && loss.oid() != null && start.startsWith(loss.oid() + " "));
            if (!foundLines.isEmpty() && foundLines.get(0).equals(line)) {
                foundLines.remove(0);
            } else if (isReferring && !foundLines.isEmpty() && foundLines.get(0).startsWith(start)) {
                foundLines.remove(0);
            } else if (!isReferring || !isNamed) {
                return false;
            }
        }
        return foundLines.isEmpty();
    }
}
