package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.UpdateContainerResourcesRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;

/** {@code update}. */
public final class UpdateContainers implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "update",
                "CONTAINER-ID...",
                "Change the limits of containers",
                Flag.number("cpu-period", "microseconds that the quota is counted in"),
                Flag.number("cpu-quota", "microseconds of CPU in a period"),
                Flag.number("cpu-share", "weight beside other containers"),
                Flag.number("memory", "limit of memory in bytes"),
                Flag.text("cpuset-cpus", "CPUs to use"),
                Flag.text("cpuset-mems", "memory nodes to use"),
                Flag.number("oom-score-adj", "score for the OOM killer"));
    }

    @Override
    public int run(Given given, Session session) {
        if (given.values().isEmpty()) {
            throw new CriusException.InvalidArgument("no limit is given; --help lists them");
        }
        LinuxContainerResources resources = LinuxContainerResources.newBuilder()
                .setCpuPeriod(given.number("cpu-period").orElse(0))
                .setCpuQuota(given.number("cpu-quota").orElse(0))
                .setCpuShares(given.number("cpu-share").orElse(0))
                .setMemoryLimitInBytes(given.number("memory").orElse(0))
                .setOomScoreAdj(given.number("oom-score-adj").orElse(0))
                .setCpusetCpus(given.text("cpuset-cpus", ""))
                .setCpusetMems(given.text("cpuset-mems", ""))
                .build();
        return Each.of(given.some("container id"), session, "updating container", id -> {
            var _ = session.acts()
                    .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                            .setContainerId(id)
                            .setLinux(resources)
                            .build());
            session.say(id);
        });
    }
}
