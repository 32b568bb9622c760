package io.zrs.lab.defects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rewriting does what it says, or says that it cannot: a method that was changed must not make a defect vanish unseen. */
class RewritingTest {
    /** What is rewritten here. */
    public static final class Recipe {
        private Recipe() {}

        /** Takes some steps. */
        public static List<String> cook() {
            List<String> steps = new ArrayList<>();
            Steps.mix(steps);
            Steps.bake(steps);
            if (steps.isEmpty()) {
                Steps.serve(steps);
            }
            Steps.serve(steps);
            return steps;
        }

        /** Has a jump in the line with the call. */
        public static int number(List<String> steps) {
            return Steps.isDone(steps) ? 1 : 0;
        }
    }

    /** What it calls. */
    public static final class Steps {
        private Steps() {}

        /** A step. */
        public static void mix(List<String> steps) {
            steps.add("mix");
        }

        /** A step. */
        public static void bake(List<String> steps) {
            steps.add("bake");
        }

        /** Stands for {@link #bake}. */
        public static void burn(List<String> steps) {
            steps.add("burn");
        }

        /** Takes too much to stand for anything. */
        public static void burnTwice(List<String> steps, int count) {
            steps.add("burn " + count);
        }

        /** Is called twice. */
        public static void serve(List<String> steps) {
            steps.add("serve");
        }

        /** Whether there are any. */
        public static boolean isDone(List<String> steps) {
            return !steps.isEmpty();
        }
    }

    @Test
    void leavesOutALine() throws Exception {
        assertThat(steps(code -> code.drop("RewritingTest$Steps.mix"))).containsExactly("bake", "serve");
    }

    @Test
    void putsALineBeforeAnotherOne() throws Exception {
        assertThat(steps(code -> code.putBefore("RewritingTest$Steps.mix", "RewritingTest$Steps.bake")))
                .containsExactly("bake", "mix", "serve");
    }

    @Test
    void replacesACall() throws Exception {
        assertThat(steps(code -> code.replace("RewritingTest$Steps.bake", Steps.class, "burn")))
                .containsExactly("mix", "burn", "serve");
    }

    @Test
    void leavesAllElseAsItIs() throws Exception {
        assertThat(steps(code -> {})).containsExactly("mix", "bake", "serve");
    }

    @Test
    void refusesWhatItDoesNotFind() {
        assertRefused(code -> code.drop("RewritingTest$Steps.fry"), "fry 0 times");
    }

    @Test
    void refusesWhatItFindsTwice() {
        assertRefused(code -> code.drop("RewritingTest$Steps.serve"), "serve 2 times");
    }

    @Test
    void refusesToChangeAnOrderThatIsSoAlready() {
        assertRefused(code -> code.putBefore("RewritingTest$Steps.bake", "RewritingTest$Steps.mix"), "comes before");
    }

    @Test
    void refusesToCallWhatTakesSomethingElse() {
        assertRefused(code -> code.replace("RewritingTest$Steps.bake", Steps.class, "burnTwice"), "cannot stand for");
    }

    @Test
    void refusesToMoveWhatIsMoreThanAStatement() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> rewrite("number", code -> code.drop("RewritingTest$Steps.isDone")))
                .withMessageContaining("no simple statement");
    }

    @Test
    void refusesAMethodThatIsNotThere() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> rewrite("fry", code -> {}))
                .withMessageContaining("0 methods fry");
    }

    @ParameterizedTest
    @EnumSource
    void plantsEachDefectInClassesThatStillVerify(Defect defect) {
        assertThatNoException().isThrownBy(defect::plant);
    }

    @SuppressWarnings("unchecked")
    private static List<String> steps(Consumer<MethodCode> edit) throws Exception {
        ClassLoader classes = new RewrittenClasses(new Rewriting(Recipe.class.getName(), "cook", edit));
        Class<?> rewritten = Class.forName(Recipe.class.getName(), true, classes);
        assertThat(rewritten).isNotSameAs(Recipe.class);
        return (List<String>) rewritten.getMethod("cook").invoke(null);
    }

    private static void assertRefused(Consumer<MethodCode> edit, String message) {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> rewrite("cook", edit))
                .withMessageContaining(message);
    }

    private static byte[] rewrite(String methodName, Consumer<MethodCode> edit) throws IOException {
        try (InputStream in = Recipe.class.getResourceAsStream("RewritingTest$Recipe.class")) {
            assertThat(in).isNotNull();
            return new Rewriting(Recipe.class.getName(), methodName, edit).apply(in.readAllBytes());
        }
    }
}
