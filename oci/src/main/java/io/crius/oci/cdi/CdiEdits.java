package io.crius.oci.cdi;

import io.crius.oci.runtime.Hook;
import io.crius.oci.runtime.HookStage;
import io.crius.oci.runtime.IntelRdt;
import io.crius.oci.runtime.SpecMount;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a container gets.
 *
 * @param env entries of the form {@code NAME=value}
 * @param additionalGids groups of the process, without 0
 */
public record CdiEdits(
        List<String> env,
        List<DeviceNode> deviceNodes,
        List<NetDevice> netDevices,
        List<SpecMount> mounts,
        List<StagedHook> hooks,
        Optional<IntelRdt> intelRdt,
        List<Long> additionalGids) {
    public static final CdiEdits NONE =
            new CdiEdits(List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(), List.of());

    public CdiEdits {
        env = List.copyOf(env);
        deviceNodes = List.copyOf(deviceNodes);
        netDevices = List.copyOf(netDevices);
        mounts = List.copyOf(mounts);
        hooks = List.copyOf(hooks);
        additionalGids = List.copyOf(additionalGids);
    }

    /**
     * A device node; what is empty is taken from the node of the host.
     *
     * @param hostPath of the node that is shown; the container's path where it was not given
     * @param type b, c, u or p
     * @param permissions a subset of {@code rwm}; empty is all
     */
    public record DeviceNode(
            String path,
            String hostPath,
            Optional<String> type,
            OptionalLong major,
            OptionalLong minor,
            OptionalInt fileMode,
            String permissions,
            OptionalLong uid,
            OptionalLong gid) {}

    /** A network interface of the host that moves into the container. */
    public record NetDevice(String hostInterface, String name) {}

    /** A hook and when it runs. */
    public record StagedHook(HookStage stage, Hook hook) {}
}
