package io.crius.server.container.vendor;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.oci.hook.HookFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The hooks of {@code hooks_dir} as they are now. Compat: a later folder replaces files of the same name. Thread-safe. */
public final class NodeHooks {
    private static final System.Logger LOG = System.getLogger(NodeHooks.class.getName());

    private final VendorFiles<HookFile> files;

    /** Programs that were said to be missing, so that it is said once. */
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    public NodeHooks(List<Path> folders) {
        this.files = new VendorFiles<>(folders, List.of(".json"), NodeHooks::parse);
    }

    private static HookFile parse(Path file, byte[] json) {
        return HookFile.parse(json, "hook " + file);
    }

    /** In the order of the files' names. Compat: a hook whose program is not there is left out. */
    public List<HookFile> current() {
        Map<String, Optional<HookFile>> byName = new TreeMap<>();
        for (var entry : files.current()) {
            byName.put(
                    Objects.requireNonNull(entry.file().getFileName()).toString(),
                    entry.content().filter(hook -> isThere(entry.file(), hook)));
        }
        return byName.values().stream().flatMap(Optional::stream).toList();
    }

    private boolean isThere(Path file, HookFile hook) {
        String program = hook.hook().path();
        boolean there = Files.isExecutable(Path.of(program));
        if (there) {
            missing.remove(program);
        } else if (missing.add(program)) {
            LOG.log(WARNING, () -> "hook " + file + " is left out: " + program + " is not an executable file");
        }
        return there;
    }
}
