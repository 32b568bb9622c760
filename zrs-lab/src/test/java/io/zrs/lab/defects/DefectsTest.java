package io.zrs.lab.defects;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laboratory can fail: each of these defects is found, and nothing is found in the same runs without them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DefectsTest {
    private static final int SEEDS_MAX = 2000;

    private final Laboratory unharmed = Laboratory.of(null);
    private long cleanSeeds;

    @ParameterizedTest
    @EnumSource
    void isFound(Defect defect) {
        Laboratory planted = defect.plant();
        long seed = 0;
        String found = null;
        while (found == null && seed < SEEDS_MAX) {
            found = firstLine(planted.violation(++seed));
        }
        assertThat(found).as("%s within %s seeds", defect, SEEDS_MAX).isNotNull();
        System.out.println(defect + " is found with seed " + seed + ": " + found);
        assertThat(found).as("what is found with seed %s", seed).containsPattern(defect.symptom());
        assertUnharmedIsClean(seed);
    }

    /** Whether another loader of classes, or a seed as such, is what is found. */
    private void assertUnharmedIsClean(long lastSeed) {
        while (cleanSeeds < lastSeed) {
            long seed = cleanSeeds + 1;
            assertThat(unharmed.violation(seed))
                    .as("seed %s without any defect", seed)
                    .isNull();
            cleanSeeds = seed;
        }
    }

    private static @Nullable String firstLine(@Nullable String violation) {
        return violation == null ? null : violation.lines().findFirst().orElse("");
    }
}
