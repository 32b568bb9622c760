package io.zrs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** The contract notices when one of its rules is broken. */
class ContractMutationTest {
    private static final String TESTS = MemoryStorageContractTest.class.getName();

    static List<Mutation> mutations() throws IOException {
        return Mutation.all();
    }

    @Test
    void theStorageItselfPasses() throws Exception {
        Class<?> tests = Mutant.unchanged().loadClass(TESTS);
        assertThat(run(selectClass(tests), "5 m").getFailures())
                .extracting(failure -> failure.getTestIdentifier().getDisplayName(), Failure::getException)
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutations")
    void aBrokenRuleFailsATest(Mutation mutation) throws Exception {
        Mutant mutant = Mutant.of(mutation);
        Class<?> nested = mutant.loadClass(TESTS + "$" + mutation.contract());
        TestExecutionSummary summary = run(selectNestedClass(List.of(mutant.loadClass(TESTS)), nested), "10 s");
        assertThat(summary.getFailures())
                .as("failures of the tests of '%s'", mutation)
                .isNotEmpty();
    }

    /** Runs tests until one fails, or hangs for longer than {@code patience}. */
    private static TestExecutionSummary run(DiscoverySelector tests, String patience) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(tests)
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.execution.timeout.default", patience)
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsFoundCount()).as("tests").isPositive();
        return listener.getSummary();
    }
}
