package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.blob.BlobRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobRevisionsTest {
    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void holdsWhatASetHolds(long seed) {
        Random random = new Random(seed);
        BlobRevisions revisions = new BlobRevisions();
        Set<BlobRevision> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            BlobRevision revision = any(random);
            revisions.add(revision.oid(), revision.tid());
            expected.add(revision);
        }
        assertThat(revisions.count()).isEqualTo(expected.size());
        assertThat(expected).allMatch(revisions::contains);
        for (int i = 0; i < 20_000; i++) {
            BlobRevision revision = any(random);
            assertThat(revisions.contains(revision)).isEqualTo(expected.contains(revision));
        }
    }

    @Test
    void knowsOidZeroAndNoTidZero() {
        BlobRevisions revisions = new BlobRevisions();
        revisions.add(Oid.ROOT, new Tid(1));
        revisions.add(new Oid(1), Tid.NONE);
        assertThat(revisions.contains(new BlobRevision(Oid.ROOT, new Tid(1)))).isTrue();
        assertThat(revisions.contains(new BlobRevision(new Oid(1), Tid.NONE))).isFalse();
        assertThat(revisions.count()).isOne();
    }

    private static BlobRevision any(Random random) {
        // Few oids, and tids that differ in few bits, as those of one busy minute do.
        return new BlobRevision(
                new Oid(random.nextInt(100)), new Tid(0x03c0_0000_0000_0001L + ((long) random.nextInt(1000) << 20)));
    }
}
