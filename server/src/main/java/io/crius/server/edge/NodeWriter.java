package io.crius.server.edge;

import io.crius.cri.v1.CgroupDriver;
import io.crius.cri.v1.LinuxRuntimeConfiguration;
import io.crius.cri.v1.RuntimeCondition;
import io.crius.cri.v1.RuntimeConfigResponse;
import io.crius.cri.v1.RuntimeFeatures;
import io.crius.cri.v1.RuntimeHandler;
import io.crius.cri.v1.RuntimeHandlerFeatures;
import io.crius.cri.v1.RuntimeStatus;
import io.crius.cri.v1.StatusResponse;
import io.crius.cri.v1.VersionResponse;
import io.crius.server.node.NodeStatus;
import io.crius.server.node.Version;

/** Writes what the node says of itself for the wire. */
final class NodeWriter {
    private NodeWriter() {}

    static VersionResponse version(Version version) {
        return VersionResponse.newBuilder()
                .setVersion(version.kubeletApiVersion())
                .setRuntimeName(version.runtimeName())
                .setRuntimeVersion(version.runtimeVersion())
                .setRuntimeApiVersion(version.runtimeApiVersion())
                .build();
    }

    static StatusResponse status(NodeStatus.Snapshot snapshot, boolean verbose) {
        var reply = StatusResponse.newBuilder()
                .setStatus(RuntimeStatus.newBuilder()
                        .addAllConditions(snapshot.conditions().stream()
                                .map(NodeWriter::condition)
                                .toList()))
                .setFeatures(RuntimeFeatures.newBuilder().setSupplementalGroupsPolicy(true));
        snapshot.handlers().forEach(h -> reply.addRuntimeHandlers(handler(h)));
        if (verbose) {
            reply.putAllInfo(snapshot.info());
        }
        return reply.build();
    }

    static RuntimeConfigResponse runtimeConfig(NodeStatus.CgroupDriver driver) {
        CgroupDriver wire = switch (driver) {
            case SYSTEMD -> CgroupDriver.SYSTEMD;
            case CGROUPFS -> CgroupDriver.CGROUPFS;
        };
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(wire))
                .build();
    }

    private static RuntimeCondition condition(NodeStatus.Condition condition) {
        return RuntimeCondition.newBuilder()
                .setType(condition.type())
                .setStatus(condition.fulfilled())
                .setReason(condition.reason())
                .setMessage(condition.message())
                .build();
    }

    private static RuntimeHandler handler(NodeStatus.Handler handler) {
        return RuntimeHandler.newBuilder()
                .setName(handler.name())
                .setFeatures(RuntimeHandlerFeatures.newBuilder()
                        .setRecursiveReadOnlyMounts(handler.recursiveReadOnlyMounts())
                        .setUserNamespaces(handler.userNamespaces()))
                .build();
    }
}
