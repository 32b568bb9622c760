package io.zrs.lab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.regex.Pattern;

/** Time, delays, threads and chance come in through interfaces, so that one seed replays a whole run. */
final class Determinism {
    static final ArchRule RULE = noClasses()
            .that()
            .resideOutsideOfPackage("io.zrs.server..")
            .and()
            .haveNameNotMatching("io\\.zrs\\.reactor\\.(NioReactor|DelayedCalls).*")
            .and()
            // A URI cannot hand in a clock.
            .haveNameNotMatching("io\\.zrs\\.filestorage\\.FileStorageProvider")
            .and()
            // Whether a storage keeps threads apart is not to be seen with one.
            .haveNameNotMatching("io\\.zrs\\.testing\\.contract\\.Background")
            .should()
            .accessTargetWhere(describe("bring time, threads or chance of their own", Determinism::bringsItsOwn))
            .as("only NioReactor and the server ask the clock, sleep, start threads or guess");

    private static final Pattern ALWAYS = Pattern.compile("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)"
            + "|java\\.lang\\.Thread\\.(sleep|<init>)"
            + "|java\\.lang\\.Math\\.random"
            + "|java\\.time\\.Clock\\.(system.*|tick.+)"
            + "|java\\.util\\.Timer\\.<init>"
            + "|java\\.util\\.concurrent\\.(Executors|ThreadLocalRandom)\\..*"
            + "|java\\.util\\.concurrent\\.(ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool)\\.<init>");

    /** Fine with a seed. */
    private static final String WITHOUT_ARGUMENT = "java.util.Random.<init>";

    /** Fine with a clock. */
    private static final Pattern WITHOUT_CLOCK = Pattern.compile("java\\.time\\.\\w+\\.now");

    private Determinism() {}

    private static boolean bringsItsOwn(JavaAccess<?> access) {
        if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
            return false;
        }
        String name = target.getOwner().getName() + "." + target.getName();
        return ALWAYS.matcher(name).matches()
                || (name.equals(WITHOUT_ARGUMENT)
                        && target.getRawParameterTypes().isEmpty())
                || (WITHOUT_CLOCK.matcher(name).matches() && !takesClock(target));
    }

    private static boolean takesClock(CodeUnitAccessTarget target) {
        return target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
    }
}
