package io.zrs.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.google.common.collect.ImmutableList;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of the map that span modules; those within one are Checkstyle's and the compiler's. */
class ArchitectureTest {
    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(Module.packages());

    @ParameterizedTest
    @EnumSource
    void usesOnlyWhatStandsAboveIt(Module module) {
        module.mayUse().check(SHIPPED);
    }

    @Test
    void knowsEveryPackage() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.zrs");
        classes()
                .should()
                .resideInAnyPackage(Module.packagesAnd("io.zrs.golden..", "io.zrs.lab..", "io.zrs.benchmarks.."))
                .check(all);
    }

    @Test
    void takesTimeThreadsAndChanceFromOutside() {
        Determinism.RULE.check(SHIPPED);
    }

    @Test
    void keepsGuavaOutOfPublicSignatures() {
        PublicSignatures.WITHOUT_GUAVA.check(SHIPPED);
    }

    @Test
    void seesEachSourceOfTimeThreadsAndChance() {
        assertAll(List.of(
                        AsksTheClock.class,
                        AsksTheClockByReference.class,
                        AsksForNow.class,
                        MakesAClock.class,
                        Sleeps.class,
                        StartsAThread.class,
                        MakesAnExecutor.class,
                        Guesses.class,
                        GuessesForTheThread.class)
                .stream()
                .map(type -> () -> assertThat(violates(Determinism.RULE, type))
                        .as(type.getSimpleName())
                        .isTrue()));
    }

    @Test
    void permitsAClockAndASeed() {
        assertThat(violates(Determinism.RULE, AsksAClockGiven.class)).isFalse();
    }

    @Test
    void seesGuavaInSignatures() {
        assertThat(violates(PublicSignatures.WITHOUT_GUAVA, ReturnsGuava.class)).isTrue();
        assertThat(violates(PublicSignatures.WITHOUT_GUAVA, TakesGuavaInside.class))
                .isTrue();
        assertThat(violates(PublicSignatures.WITHOUT_GUAVA, KeepsGuavaInside.class))
                .isFalse();
    }

    private static boolean violates(ArchRule rule, Class<?> type) {
        return rule.evaluate(new ClassFileImporter().importClasses(type)).hasViolation();
    }

    static final class AsksTheClock {
        long time() {
            return System.nanoTime() + System.currentTimeMillis();
        }
    }

    static final class AsksTheClockByReference {
        LongSupplier time() {
            return System::nanoTime;
        }
    }

    static final class AsksForNow {
        Instant time() {
            return Instant.now();
        }
    }

    static final class MakesAClock {
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    static final class Sleeps {
        void sleep() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class StartsAThread {
        void start() {
            new Thread(() -> {}).start();
        }
    }

    static final class MakesAnExecutor {
        ExecutorService executor() {
            return Executors.newCachedThreadPool();
        }
    }

    static final class Guesses {
        Random random() {
            return new Random();
        }
    }

    static final class GuessesForTheThread {
        int random() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    static final class AsksAClockGiven {
        Instant time(Clock clock, long seed) {
            return Instant.now(clock).plusMillis(new Random(seed).nextInt(1000));
        }
    }

    /** Public, as the rule is about what others see. */
    public static final class ReturnsGuava {
        /** One. */
        public ImmutableList<String> names() {
            return ImmutableList.of();
        }
    }

    /** Public, as the rule is about what others see. */
    public static final class TakesGuavaInside {
        /** One. */
        public void names(List<ImmutableList<String>> names) {}
    }

    /** Public, as the rule is about what others see. */
    public static final class KeepsGuavaInside {
        private final ImmutableList<String> names = ImmutableList.of();

        /** One. */
        public List<String> names() {
            return names;
        }
    }
}
