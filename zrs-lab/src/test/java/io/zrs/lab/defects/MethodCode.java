package io.zrs.lab.defects;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The instructions of one method, to be changed as one would change its lines.
 *
 * <p>A call is named by class and method, {@code LogFile.force}, and stands in the method once: otherwise there is an {@link
 * IllegalStateException}, and the method is not to be used.
 */
final class MethodCode {
    private final MethodNode method;

    MethodCode(MethodNode method) {
        this.method = method;
    }

    /** Leaves out the statement with a call. */
    void drop(String call) {
        for (AbstractInsnNode instruction : statement(find(call))) {
            method.instructions.remove(instruction);
        }
    }

    /** Puts the statement with one call before the line with another one, which it follows. */
    void putBefore(String other, String call) {
        List<AbstractInsnNode> statement = statement(find(call));
        AbstractInsnNode place = line(find(other)).get(0);
        if (method.instructions.indexOf(statement.get(0)) < method.instructions.indexOf(place)) {
            throw new IllegalStateException(call + " comes before " + other + " already in " + method.name);
        }
        for (AbstractInsnNode instruction : statement) {
            method.instructions.remove(instruction);
            method.instructions.insertBefore(place, instruction);
        }
    }

    /**
     * Calls a public static method instead of another one.
     *
     * @param by the only method of its name; takes what the other one is called on, if it is not static, and then what that takes
     */
    void replace(String call, Class<?> owner, String by) {
        MethodInsnNode replaced = find(call);
        String descriptor = Arrays.stream(owner.getMethods())
                .filter(candidate -> candidate.getName().equals(by))
                .map(Type::getMethodDescriptor)
                .findFirst()
                .orElseThrow();
        String receiver = replaced.getOpcode() == Opcodes.INVOKESTATIC ? "" : "L" + replaced.owner + ";";
        if (!descriptor.equals("(" + receiver + replaced.desc.substring(1))) {
            throw new IllegalStateException(by + descriptor + " cannot stand for " + call + replaced.desc);
        }
        MethodInsnNode replacement =
                new MethodInsnNode(Opcodes.INVOKESTATIC, Type.getInternalName(owner), by, descriptor, false);
        method.instructions.set(replaced, replacement);
    }

    private MethodInsnNode find(String call) {
        List<MethodInsnNode> found = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof MethodInsnNode candidate && ("/" + name(candidate)).endsWith("/" + call)) {
                found.add(candidate);
            }
        }
        if (found.size() != 1) {
            throw new IllegalStateException(
                    method.name + " calls " + call + " " + found.size() + " times, should be once");
        }
        return found.get(0);
    }

    private static String name(MethodInsnNode call) {
        return call.owner + "." + call.name;
    }

    /** The instructions of the statement with {@code call}, which has a line of its own. */
    private List<AbstractInsnNode> statement(MethodInsnNode call) {
        List<AbstractInsnNode> line = line(call);
        boolean branches = line.stream().anyMatch(JumpInsnNode.class::isInstance);
        if (branches || !(endsWithCall(line) || endsWithAssignment(line))) {
            throw new IllegalStateException(
                    "the line with " + name(call) + " is no simple statement of " + method.name);
        }
        return line;
    }

    private static boolean endsWithCall(List<AbstractInsnNode> line) {
        return last(line) instanceof MethodInsnNode call
                && Type.getReturnType(call.desc).equals(Type.VOID_TYPE);
    }

    private static boolean endsWithAssignment(List<AbstractInsnNode> line) {
        return last(line).getOpcode() == Opcodes.PUTFIELD;
    }

    private static AbstractInsnNode last(List<AbstractInsnNode> line) {
        return line.get(line.size() - 1);
    }

    private List<AbstractInsnNode> line(MethodInsnNode call) {
        AbstractInsnNode at = call;
        while (at != null && !(at instanceof LineNumberNode)) {
            at = at.getPrevious();
        }
        if (at == null) {
            throw new IllegalStateException(method.name + " has no line numbers");
        }
        List<AbstractInsnNode> line = new ArrayList<>();
        for (at = at.getNext(); at != null && !(at instanceof LineNumberNode); at = at.getNext()) {
            boolean isInstruction = at.getOpcode() >= 0;
            if (isInstruction) {
                line.add(at);
            }
        }
        return line;
    }
}
