package io.zrs.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.google.common.collect.ImmutableList;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The shipped modules, each with what it may use beside the JDK, Guava and annotations. */
enum Module {
    PICKLE(List.of("io.zrs.pickle"), List.of()),
    STORAGE_API(List.of("io.zrs.storage"), List.of(), "org.slf4j.."),
    PROTOCOL(List.of("io.zrs.protocol", "io.zrs.reactor"), List.of(PICKLE, STORAGE_API), "org.slf4j.."),
    TESTING(
            List.of("io.zrs.testing"),
            List.of(PICKLE, STORAGE_API, PROTOCOL),
            "org.slf4j..",
            "org.junit.jupiter.api..",
            "org.opentest4j..",
            "ch.qos.logback.."),
    FILESTORAGE(List.of("io.zrs.filestorage"), List.of(PICKLE, STORAGE_API), "org.slf4j..", "com.sun.jna.."),
    BLOB(List.of("io.zrs.blob"), List.of(PICKLE, STORAGE_API), "org.slf4j.."),
    PRIMARY(List.of("io.zrs.primary"), List.of(PICKLE, STORAGE_API, PROTOCOL), "org.slf4j.."),
    SECONDARY(List.of("io.zrs.secondary"), List.of(PICKLE, STORAGE_API, PROTOCOL), "org.slf4j.."),
    DATABASE(List.of("io.zrs.database"), List.of(PICKLE, STORAGE_API), "org.slf4j.."),
    SERVER(
            List.of("io.zrs.server"),
            List.of(PICKLE, STORAGE_API, PROTOCOL, FILESTORAGE, BLOB, PRIMARY, SECONDARY, DATABASE),
            "org.slf4j..",
            "ch.qos.logback..",
            "com.fasterxml.jackson.core..",
            "picocli..");

    private static final List<String> EVERYWHERE = List.of(
            "java..",
            "javax..",
            "jdk.net..",
            "com.google.common..",
            "com.google.errorprone.annotations..",
            "org.jspecify..");

    private final ImmutableList<String> packages;
    private final ImmutableList<Module> modules;
    private final ImmutableList<String> libraries;

    Module(List<String> packages, List<Module> modules, String... libraries) {
        this.packages = ImmutableList.copyOf(packages);
        this.modules = ImmutableList.copyOf(modules);
        this.libraries = ImmutableList.copyOf(libraries);
    }

    /** The root packages of all modules. */
    static String[] packages() {
        return all().toArray(String[]::new);
    }

    /** Patterns for all modules' packages and {@code more}. */
    static String[] packagesAnd(String... more) {
        return Stream.concat(all().map(Module::pattern), Arrays.stream(more)).toArray(String[]::new);
    }

    /** The rule that this module keeps to its arrows. */
    ArchRule mayUse() {
        List<String> allowed = new ArrayList<>(EVERYWHERE);
        allowed.addAll(libraries);
        Stream.concat(Stream.of(this), modules.stream())
                .flatMap(module -> module.packages.stream())
                .map(Module::pattern)
                .forEach(allowed::add);
        return classes()
                .that()
                .resideInAnyPackage(packages.stream().map(Module::pattern).toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new));
    }

    private static Stream<String> all() {
        return Arrays.stream(values()).flatMap(module -> module.packages.stream());
    }

    private static String pattern(String packageName) {
        return packageName + "..";
    }
}
