package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.oci.cdi.CdiEdits;
import io.crius.oci.cdi.CdiEdits.DeviceNode;
import io.crius.oci.runtime.LinuxDevice;
import io.crius.server.container.spec.DeviceEdits;
import io.crius.server.container.spec.GrantedDevice;
import io.crius.server.container.user.UserResolver.Resolved;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Completes device nodes of CDI specifications by what the node has. */
final class CdiNodes {
    private CdiNodes() {}

    /** The edits with all that they leave to the node; a device without an owner is the process's. */
    static List<DeviceEdits> complete(List<CdiEdits> edits, Resolved user) {
        return edits.stream()
                .map(one -> new DeviceEdits(
                        checked(one),
                        one.deviceNodes().stream()
                                .map(node -> complete(node, user))
                                .toList()))
                .toList();
    }

    private static CdiEdits checked(CdiEdits edits) {
        if (!edits.netDevices().isEmpty()) {
            throw new CriusException.FailedPrecondition("CDI device injection failed: the network device "
                    + edits.netDevices().getFirst().hostInterface()
                    + " cannot be moved into a container: no runtime of this node does that");
        }
        return edits;
    }

    private static GrantedDevice complete(DeviceNode node, Resolved user) {
        String permissions = node.permissions().isEmpty() ? HostDevices.ALL : node.permissions();
        Optional<LinuxDevice> host = isWhole(node) ? Optional.empty() : Optional.of(onHost(node));
        var device = new LinuxDevice(
                node.path(),
                node.type().or(() -> host.map(LinuxDevice::type)).orElse("c"),
                number(node.major(), host.map(LinuxDevice::major)),
                number(node.minor(), host.map(LinuxDevice::minor)),
                mode(node, host),
                owner(node.uid(), user.uid()),
                owner(node.gid(), user.gid()));
        return new GrantedDevice(device, permissions);
    }

    /** Spec: a pipe has no numbers, other nodes need both or are looked up. */
    private static boolean isWhole(DeviceNode node) {
        return node.type().isPresent()
                && (node.type().get().equals("p")
                        || (node.major().isPresent() && node.minor().isPresent()));
    }

    private static LinuxDevice onHost(DeviceNode node) {
        try {
            return HostDevices.node(Path.of(node.hostPath()).toRealPath(), node.path(), HostDevices.ALL)
                    .map(GrantedDevice::device)
                    .filter(found -> node.type().isEmpty() || isType(node.type().get(), found.type()))
                    .orElseThrow(() -> new CriusException.InvalidArgument("CDI device injection failed: "
                            + node.hostPath() + " is not a device node"
                            + node.type().map(type -> " of type " + type).orElse("")));
        } catch (IOException e) {
            throw new CriusException.InvalidArgument(
                    "CDI device injection failed: device node " + node.hostPath() + ": " + e, e);
        }
    }

    /** Kernel: mknod(1), u is c without a buffer. */
    private static boolean isType(String wanted, String found) {
        return wanted.equals(found) || (wanted.equals("u") && found.equals("c"));
    }

    private static long number(OptionalLong given, Optional<Long> found) {
        return given.isPresent() ? given.getAsLong() : found.orElse(0L);
    }

    private static OptionalInt mode(DeviceNode node, Optional<LinuxDevice> host) {
        return node.fileMode().isPresent()
                ? node.fileMode()
                : host.map(LinuxDevice::fileMode).orElse(OptionalInt.empty());
    }

    private static OptionalLong owner(OptionalLong given, long ofProcess) {
        if (given.isPresent()) {
            return given;
        }
        return ofProcess > 0 ? OptionalLong.of(ofProcess) : OptionalLong.empty();
    }
}
