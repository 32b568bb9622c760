package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final Duration MIN = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofMillis(900);

    @Test
    void staysWithinItsBounds() {
        RetryPolicy policy = new RetryPolicy(MIN, MAX, new Random(1));
        for (int round = 0; round < 1000; round++) {
            assertThat(policy.delay(1)).isZero();
            assertThat(policy.delay(2)).isBetween(Duration.ofMillis(50), MIN);
            assertThat(policy.delay(4)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
            assertThat(policy.delay(6)).isBetween(Duration.ofMillis(450), MAX);
            assertThat(policy.delay(Integer.MAX_VALUE)).isBetween(Duration.ofMillis(450), MAX);
            assertThat(policy.longestDelay()).isBetween(Duration.ofMillis(450), MAX);
        }
    }

    @Test
    void scattersTheDelays() {
        RetryPolicy policy = RetryPolicy.standard(new Random(2));
        assertThat(policy.longestDelay()).isNotEqualTo(policy.longestDelay());
    }

    @Test
    void refusesDelaysThatMakeNoSense() {
        assertThatThrownBy(() -> new RetryPolicy(Duration.ZERO, MAX, new Random(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(MAX, MIN, new Random(0))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsRefuseWhatMakesNoSense() {
        SecondarySettings settings = SecondarySettings.standard(new Random(0));
        assertThatThrownBy(() -> settings.withConnectTimeout(Duration.ZERO)).hasMessageContaining("connectTimeout");
        assertThatThrownBy(() -> settings.withKeepAliveInterval(Duration.ofSeconds(-1)))
                .hasMessageContaining("keepAliveInterval");
        assertThatThrownBy(() -> settings.withQueueSizeMax(0)).hasMessageContaining("queueSizeMax");
    }
}
