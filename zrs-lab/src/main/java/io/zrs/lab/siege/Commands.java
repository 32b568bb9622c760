package io.zrs.lab.siege;

import com.google.common.collect.ImmutableList;
import io.zrs.lab.Site;
import java.nio.file.Path;
import java.util.List;

/**
 * The command lines of the processes.
 *
 * <p>Threading: immutable.
 *
 * @param zrs what runs {@code zrs}
 * @param python what runs a Python that has {@code zc.zrs}, empty if there is none
 * @param scripts directory with the Python secondary and the Python primary
 */
record Commands(List<String> zrs, List<String> python, Path scripts) {
    /** The Python secondary. */
    static final String FOLLOWER = "follower.py";

    /** The Python primary. */
    static final String PRIMARY = "primary.py";

    private static final String ANY_PORT = "127.0.0.1:0";

    /** Commits to a site, and serves it. */
    List<String> commit(Site site, long seed, Regime regime) {
        return regime == Regime.PYTHON ? python(PRIMARY, site, String.valueOf(seed)) : commitByJava(site, seed, regime);
    }

    /** Serves a site. */
    List<String> serve(Site site) {
        return zrs("primary", site, "--listen", ANY_PORT);
    }

    /** Follows, and serves others. */
    List<String> follow(Site site, String primary) {
        return zrs("secondary", site, "--from", primary, "--listen", ANY_PORT);
    }

    /** Follows by the original. */
    List<String> followByPython(Site site, String primary) {
        return python(FOLLOWER, site, primary.split(":", 2));
    }

    /** Looks for damage. */
    List<String> verify(Site site) {
        return zrs("verify", site);
    }

    private List<String> zrs(String command, Site site, String... more) {
        return ImmutableList.<String>builder()
                .addAll(zrs)
                .add(command, site.file().toString(), "--blobs", site.blobs().toString())
                .add(more)
                .build();
    }

    private List<String> python(String script, Site site, String... more) {
        return ImmutableList.<String>builder()
                .addAll(python)
                .add(
                        scripts.resolve(script).toString(),
                        site.file().toString(),
                        site.blobs().toString())
                .add(more)
                .build();
    }

    private static List<String> commitByJava(Site site, long seed, Regime regime) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // starts faster
                "-Dlogback.configurationFile=logback.xml", // what it logs is looked at
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                "-cp",
                System.getProperty("java.class.path"),
                CommittingPrimary.class.getName(),
                site.directory().toString(),
                String.valueOf(seed),
                regime.name());
    }
}
