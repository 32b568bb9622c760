package io.zrs.lab.defects;

import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A mistake in one method of the engines.
 *
 * @param className of the class, as the virtual machine writes it but with dots
 * @param methodName the only method of its name
 */
record Rewriting(String className, String methodName, Consumer<MethodCode> edit) {
    /**
     * Makes the mistake.
     *
     * @return a class file
     * @throws IllegalStateException if the method is not as it was when the mistake was thought out
     */
    byte[] apply(byte[] classFile) {
        ClassNode node = new ClassNode();
        new ClassReader(classFile).accept(node, 0);
        List<MethodNode> methods = node.methods.stream()
                .filter(method -> method.name.equals(methodName))
                .toList();
        if (methods.size() != 1) {
            throw new IllegalStateException(className + " has " + methods.size() + " methods " + methodName);
        }
        edit.accept(new MethodCode(methods.get(0)));
        // Nothing that is changed needs other frames than the compiler's.
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        node.accept(writer);
        return writer.toByteArray();
    }
}
