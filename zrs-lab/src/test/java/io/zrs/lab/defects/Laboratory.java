package io.zrs.lab.defects;

import io.zrs.lab.simulator.Simulator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A simulator, maybe with something planted in it. */
interface Laboratory {
    /** What goes wrong in the run of {@code seed}, null if nothing does. */
    @Nullable
    String violation(long seed);

    /** One whose classes are its own, one of them rewritten if there is a rewriting. */
    static Laboratory of(@Nullable Rewriting rewriting) {
        ClassLoader classes = new RewrittenClasses(rewriting);
        try {
            if (rewriting != null) {
                // Also verifies it.
                Class.forName(rewriting.className(), true, classes);
            }
            Method violation =
                    Class.forName(Simulator.class.getName(), true, classes).getMethod("violation", long.class);
            return seed -> call(classes, violation, seed);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String call(ClassLoader classes, Method violation, long seed) {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        // There our engines look for protocols.
        thread.setContextClassLoader(classes);
        try {
            return (String) violation.invoke(null, seed);
        } catch (InvocationTargetException | IllegalAccessException e) {
            throw new IllegalStateException("the run of seed " + seed + " did not come to an end", e);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }
}
