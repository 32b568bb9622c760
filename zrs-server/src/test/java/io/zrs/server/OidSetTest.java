package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OidSetTest {
    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void isASet(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OidSet oids = new OidSet();
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            // Dense ones, sparse ones, and those at both ends.
            long oid = i % 3 == 0 ? random.nextLong() : random.nextInt(10_000) - (i % 3 == 1 ? 5_000 : 0);
            assertThat(oids.add(oid)).isEqualTo(expected.add(oid));
        }
        assertThat(oids.count()).isEqualTo(expected.size());
    }
}
