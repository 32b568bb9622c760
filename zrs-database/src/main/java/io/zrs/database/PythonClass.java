package io.zrs.database;

import com.google.errorprone.annotations.Immutable;

/**
 * A Python class (or function), by name: none is ever looked up. Names are those of the writing time.
 *
 * <p>Threading: immutable.
 *
 * @param module dotted, for example {@code persistent.mapping}
 * @param name the class in the module, for example {@code PersistentMapping}
 */
@Immutable
public record PythonClass(String module, String name) {
    /**
     * Reads {@code module.name}, split at the last dot.
     *
     * @throws IllegalArgumentException if there is no dot with something before and after it
     */
    public static PythonClass of(String dotted) {
        int dot = dotted.lastIndexOf('.');
        if (dot <= 0 || dot == dotted.length() - 1) {
            throw new IllegalArgumentException("no Python class, written module.name: " + dotted);
        }
        return new PythonClass(dotted.substring(0, dot), dotted.substring(dot + 1));
    }

    /** {@code module.name}. */
    @Override
    public String toString() {
        return module + "." + name;
    }
}
