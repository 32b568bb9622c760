package io.zrs.lab.defects;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Loads all our classes anew, one of them with a mistake. Libraries are everybody's. */
final class RewrittenClasses extends ClassLoader {
    private static final String OURS = "io.zrs.";

    private final @Nullable Rewriting rewriting;

    /** Our classes as they are, or with a mistake. */
    RewrittenClasses(@Nullable Rewriting rewriting) {
        super(RewrittenClasses.class.getClassLoader());
        this.rewriting = rewriting;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = read(name);
        if (rewriting != null && rewriting.className().equals(name)) {
            bytes = rewriting.apply(bytes);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] read(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
