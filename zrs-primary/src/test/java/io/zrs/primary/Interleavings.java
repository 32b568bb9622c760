package io.zrs.primary;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.List;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;
import org.jspecify.annotations.Nullable;

/** Lincheck's model checker, for two operations of which each runs once, on a thread of its own. */
final class Interleavings {
    private Interleavings() {}

    /**
     * Runs the operations of {@code race}, for each interleaving on a new object: first those with one switch between threads, then those
     * with more. Fails if an operation or the validation throws, or waits for ever. The choice is the same each time.
     *
     * @param count how many interleavings, if there are so many
     */
    static void explore(Class<?> race, int count) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(1)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(1)
                .invocationsPerIteration(count)
                .minimizeFailedScenario(false)
                .verifier(NothingThrown.class)
                // Else Lincheck 3.7 does not switch before some of their methods, among them getAndUpdate.
                .addGuarantee(forClasses(name -> name.startsWith("java.util.concurrent.atomic.Atomic")
                                || name.startsWith("java.util.concurrent.Concurrent"))
                        .allMethods()
                        .treatAsAtomic())
                .check(race);
    }

    /** Else Lincheck would be content if an operation threw that does so alone, too. */
    public static final class NothingThrown implements Verifier {
        /** Made by Lincheck, with the class of the race. */
        public NothingThrown(Class<?> race) {}

        @Override
        public boolean verifyResults(@Nullable ExecutionScenario scenario, @Nullable ExecutionResult results) {
            return results != null
                    && results.getThreadsResultsWithClock().stream()
                            .flatMap(List::stream)
                            .noneMatch(result -> result.getResult() instanceof ExceptionResult);
        }
    }
}
