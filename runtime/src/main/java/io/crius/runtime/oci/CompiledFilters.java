package io.crius.runtime.oci;

import io.crius.model.ContainerId;
import io.crius.model.Ticker;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.cli.InstalledCrun;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seccomp filters as crun has compiled them. Compiling is most of what a creation costs crun, and most containers of a node have
 * the same filter: so crun's own result for one container is given to it for the next, see docs/decisions/0138. Nothing is kept
 * beyond this process, and nothing longer than {@link #AGE}. Thread-safe.
 */
final class CompiledFilters {
    /** Of crun: the filter in base64, which counts instead of the specification's. */
    static final String ANNOTATION = "run.oci.seccomp_bpf_data";

    /** What people may ask of crun's filters by themselves; then this class stays out of it. */
    private static final String FAMILY = "run.oci.seccomp";

    private static final System.Logger LOG = System.getLogger(CompiledFilters.class.getName());

    /** In the folder of a container in the runtime's root, by crun, which needs it for commands in the container. */
    private static final String FILE = "seccomp.bpf";

    /** In the runtime's root, by a crun that keeps filters itself, and knows better when they are out of date. */
    private static final String OWN_CACHE = ".cache/seccomp";

    /** How long an upgrade of libseccomp may go unnoticed. */
    static final Duration AGE = Duration.ofHours(1);

    /** Different filters of a node, of some 10 kB each. */
    private static final int MOST = 16;

    /** Kernel: linux/filter.h, struct sock_filter and BPF_MAXINSNS. */
    private static final int INSTRUCTION = 8;

    private static final int LONGEST = 4096 * INSTRUCTION;

    private final Ticker ticker;
    private final Map<Source, Compiled> known = new LinkedHashMap<>();

    /** What is compiled, and by what. */
    record Source(InstalledCrun program, LinuxSeccomp filter) {}

    /** @param base64 empty where the runtime did not take it: then it compiles by itself */
    private record Compiled(Optional<String> base64, long madeNanos) {}

    CompiledFilters(Ticker ticker) {
        this.ticker = ticker;
    }

    /** What the runtime would compile for the specification; empty where that is left to it each time. */
    static Optional<Source> source(RuntimeHandler handler, RuntimeSpec spec) {
        boolean asked = spec.annotations().keySet().stream().anyMatch(key -> key.startsWith(FAMILY));
        if (asked) {
            return Optional.empty();
        }
        // Flags and listeners are the loader's, not the filter's.
        return spec.linux()
                .seccomp()
                .filter(filter ->
                        filter.flags().isEmpty() && filter.listenerPath().isEmpty())
                .flatMap(filter -> InstalledCrun.at(handler.path()).map(program -> new Source(program, filter)));
    }

    /** In base64; empty where it is not known (any more). */
    synchronized Optional<String> compiled(Source source) {
        known.values().removeIf(one -> ticker.nanoTime() - one.madeNanos() >= AGE.toNanos());
        return Optional.ofNullable(known.get(source)).flatMap(Compiled::base64);
    }

    /** Keeps what the runtime has compiled for the container that it has just created. */
    void learn(Source source, RuntimeHandler handler, ContainerId container) {
        if (Files.exists(handler.root().resolve(OWN_CACHE))) {
            return;
        }
        Path file = handler.root().resolve(container.value()).resolve(FILE);
        try {
            byte[] filter = Files.readAllBytes(file);
            if (filter.length == 0 || filter.length % INSTRUCTION != 0 || filter.length > LONGEST) {
                throw new IOException(filter.length + " bytes are no filter");
            }
            keep(source, Optional.of(Base64.getEncoder().encodeToString(filter)));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "filter of container " + container + " in " + file + ": " + e);
        }
    }

    /** Leaves the filter to the runtime for as long as it would have been kept: it did not take what it had compiled. */
    void distrust(Source source) {
        keep(source, Optional.empty());
    }

    private synchronized void keep(Source source, Optional<String> base64) {
        @Nullable Compiled before = known.get(source);
        if (before != null && before.base64().isEmpty()) {
            return;
        }
        if (known.size() >= MOST && before == null) {
            known.remove(known.keySet().iterator().next());
        }
        known.put(source, new Compiled(base64, ticker.nanoTime()));
    }
}
