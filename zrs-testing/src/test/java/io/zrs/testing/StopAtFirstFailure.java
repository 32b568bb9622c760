package io.zrs.testing;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Leaves out the tests that come after one that has failed. Found by its name as a service, where a run of tests asks for such extensions. */
public final class StopAtFirstFailure implements AfterTestExecutionCallback, ExecutionCondition {
    private static final Namespace NAMESPACE = Namespace.create(StopAtFirstFailure.class);
    private static final String FAILED = "failed";

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            context.getRoot().getStore(NAMESPACE).put(FAILED, true);
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean hasFailed = context.getRoot().getStore(NAMESPACE).get(FAILED) != null;
        return hasFailed
                ? ConditionEvaluationResult.disabled("another test has failed")
                : ConditionEvaluationResult.enabled("no test has failed");
    }
}
