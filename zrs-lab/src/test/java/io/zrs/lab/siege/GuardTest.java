package io.zrs.lab.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose end a guard sees to. */
@Timeout(60)
class GuardTest {
    private static final int KILLED = 128 + 9;

    private final Process first = sleep();
    private final Process second = sleep();

    @AfterEach
    void end() {
        first.destroyForcibly();
        second.destroyForcibly();
    }

    @Test
    void endsWhoeverHasNotEnded() throws IOException, InterruptedException {
        try (Guard guard = Guard.start()) {
            guard.began(first.pid());
            guard.began(second.pid());
            assertThat(first.isAlive()).isTrue();
        }
        assertThat(first.waitFor()).isEqualTo(KILLED);
        assertThat(second.waitFor()).isEqualTo(KILLED);
    }

    @Test
    void leavesAloneWhoeverHasEndedAndAllOthers() throws IOException, InterruptedException {
        Process third = sleep();
        try (Guard guard = Guard.start()) {
            guard.began(first.pid());
            guard.began(third.pid());
            guard.ended(first.pid());
        }
        assertThat(third.waitFor()).isEqualTo(KILLED);
        assertThat(first.isAlive()).isTrue();
        assertThat(second.isAlive()).isTrue();
    }

    private static Process sleep() {
        try {
            return new ProcessBuilder("sleep", "600").start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
