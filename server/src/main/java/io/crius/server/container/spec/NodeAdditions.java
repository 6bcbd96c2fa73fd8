package io.crius.server.container.spec;

import io.crius.oci.hook.HookFile;
import io.crius.oci.runtime.SpecMount;
import io.crius.oci.seccomp.SeccompProfile;
import java.util.List;
import java.util.Optional;

/**
 * What a container gets beside what it asks for.
 *
 * @param mounts volumes of its image and secrets of the node; what is requested on the same path beats them
 * @param cdi what its CDI devices bring
 * @param hooks all hooks of the node, whichever they are for
 * @param seccomp a profile that an annotation names, where the request leaves the choice open
 */
public record NodeAdditions(
        List<SpecMount> mounts, List<DeviceEdits> cdi, List<HookFile> hooks, Optional<SeccompProfile> seccomp) {
    public static final NodeAdditions NONE = new NodeAdditions(List.of(), List.of(), List.of());

    /** Without a profile. */
    public NodeAdditions(List<SpecMount> mounts, List<DeviceEdits> cdi, List<HookFile> hooks) {
        this(mounts, cdi, hooks, Optional.empty());
    }

    public NodeAdditions {
        mounts = List.copyOf(mounts);
        cdi = List.copyOf(cdi);
        hooks = List.copyOf(hooks);
    }
}
