package io.crius.server.container.spec;

import io.crius.oci.hook.HookFile;
import io.crius.oci.runtime.SpecMount;
import java.util.List;

/**
 * What a container gets beside what it asks for.
 *
 * @param mounts volumes of its image and secrets of the node; what is requested on the same path beats them
 * @param cdi what its CDI devices bring
 * @param hooks all hooks of the node, whichever they are for
 */
public record NodeAdditions(List<SpecMount> mounts, List<DeviceEdits> cdi, List<HookFile> hooks) {
    public static final NodeAdditions NONE = new NodeAdditions(List.of(), List.of(), List.of());

    public NodeAdditions {
        mounts = List.copyOf(mounts);
        cdi = List.copyOf(cdi);
        hooks = List.copyOf(hooks);
    }
}
