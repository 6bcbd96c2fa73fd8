package io.crius.runtime.probe;

import io.crius.linux.KernelVersion;
import io.crius.oci.json.JsonObject;
import java.util.Optional;

/**
 * What a runtime says it can do. Spec: runtime-spec, features.md; older runtimes do not have the subcommand and say nothing.
 *
 * @param recursiveReadOnlyMounts whether it knows the mount option {@code rro}
 */
public record RuntimeFeatures(boolean recursiveReadOnlyMounts, boolean idMappedMounts, boolean seccomp) {
    /** Of a runtime that does not tell: nothing is promised, and seccomp is taken for granted as it always was. */
    public static final RuntimeFeatures UNTOLD = new RuntimeFeatures(false, false, true);

    /** Compat: without the versions of the specification the rest is ignored. */
    static RuntimeFeatures parse(JsonObject json) {
        if (json.string("ociVersionMin").isEmpty()
                || json.string("ociVersionMax").isEmpty()) {
            return UNTOLD;
        }
        Optional<JsonObject> linux = json.object("linux");
        return new RuntimeFeatures(
                json.strings("mountOptions").contains("rro"),
                enabled(linux.flatMap(part -> part.object("mountExtensions")), "idmap"),
                enabled(linux, "seccomp"));
    }

    /** What is left of it on a kernel. Kernel: mount_setattr(2) makes mounts read-only with all below them, since 5.12. */
    RuntimeFeatures on(KernelVersion kernel) {
        boolean capable = kernel.isAtLeast(5, 12);
        return new RuntimeFeatures(recursiveReadOnlyMounts && capable, idMappedMounts && capable, seccomp);
    }

    private static boolean enabled(Optional<JsonObject> part, String key) {
        return part.flatMap(object -> object.object(key))
                .map(object -> object.flag("enabled"))
                .orElse(false);
    }
}
