package io.zrs.lab;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/** What users of a module compile against: our own types and the JDK's, so that they may have another Guava. */
final class PublicSignatures {
    static final ArchRule WITHOUT_GUAVA = classes()
            .that()
            .resideOutsideOfPackage("..internal..")
            .should(new ArchCondition<JavaClass>("not show Guava in public signatures") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (!isVisible(type.getModifiers())) {
                        return;
                    }
                    if (showsGuava(supertypes(type))) {
                        events.add(SimpleConditionEvent.violated(type, type.getDescription() + " extends Guava"));
                    }
                    for (JavaMember member : type.getMembers()) {
                        if (isVisible(member.getModifiers()) && showsGuava(signature(member))) {
                            events.add(SimpleConditionEvent.violated(member, member.getDescription() + " shows Guava"));
                        }
                    }
                }
            });

    private PublicSignatures() {}

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(PUBLIC) || modifiers.contains(PROTECTED);
    }

    private static Stream<JavaType> supertypes(JavaClass type) {
        return Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    }

    private static Stream<? extends JavaType> signature(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            Stream<JavaType> thrown = unit.getExceptionTypes().stream().map(JavaType.class::cast);
            return Stream.concat(
                    Stream.of(unit.getReturnType()), Stream.concat(unit.getParameterTypes().stream(), thrown));
        }
        return member.getAllInvolvedRawTypes().stream();
    }

    private static boolean showsGuava(Stream<? extends JavaType> types) {
        return types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .anyMatch(type -> type.getPackageName().startsWith("com.google.common."));
    }
}
