package io.crius.runtime.conmon;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.CgroupDriver;
import io.crius.model.ContainerId;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.LogSync;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.RuntimeHandler.Placement;
import io.crius.runtime.RuntimeHandler.Rooting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ConmonArgumentsTest {
    private static final ContainerId ID = new ContainerId("ab".repeat(32));
    private static final MonitorPlaces PLACES =
            new MonitorPlaces(Path.of("/run/crius/exits"), Path.of("/run/crius"), "info");

    @Test
    void areInTheOrderOfCriO() {
        ContainerBundle container = container(
                handler(CgroupDriver.CGROUPFS, MonitorOptions.DEFAULT),
                ContainerLog.at(Path.of("/var/log/pods/x/0.log")),
                ContainerStreams.OUTPUT);

        assertThat(String.join(
                        " ",
                        ConmonArguments.create(
                                container, PLACES, container.handler().path())))
                .isEqualTo("/usr/bin/conmon -b /run/b -c " + ID
                        + " --exit-dir /run/crius/exits -l /var/log/pods/x/0.log --log-level info -n k8s_a_b_c_d_0"
                        + " -P /run/b/conmon-pidfile -p /run/b/pidfile --persist-dir /var/lib/p -r /usr/bin/crun"
                        + " --runtime-arg --root=/run/crun --socket-dir-path /run/crius --syslog -u " + ID);
    }

    @Test
    void carryEveryOption() {
        ContainerBundle container = container(
                handler(CgroupDriver.SYSTEMD, new MonitorOptions(Rooting.NO_PIVOT, LogSync.NEVER, Placement.DAEMON)),
                new ContainerLog(Path.of("/l"), OptionalLong.of(8192)),
                ContainerStreams.INPUT);

        assertThat(String.join(
                        " ",
                        ConmonArguments.create(
                                container, PLACES, container.handler().path())))
                .endsWith(" -u " + ID + " -s --log-size-max 8192 --no-sync-log --no-pivot --leave-stdin-open -i");
    }

    @Test
    void copyTheOutputToTheJournalWhereThatIsWanted() {
        ContainerBundle container = container(
                handler(CgroupDriver.CGROUPFS, MonitorOptions.DEFAULT),
                new ContainerLog(Path.of("/l"), OptionalLong.of(8192), ContainerLog.Copy.JOURNAL),
                ContainerStreams.TERMINAL);

        assertThat(String.join(
                        " ",
                        ConmonArguments.create(
                                container, PLACES, container.handler().path())))
                .contains(" -l /l ")
                .endsWith(" --log-size-max 8192 --log-path journald: -t");
        assertThat(ContainerBundle.fromJson(container.toJson())).isEqualTo(container);
    }

    @Test
    void sayWhatStandsBehindTheStreams() {
        assertThat(last(ContainerStreams.TERMINAL)).isEqualTo("-t");
        assertThat(last(ContainerStreams.INPUT_ONCE)).isEqualTo("-i");
        assertThat(last(ContainerStreams.OUTPUT)).isEqualTo(ID.value());
    }

    @Test
    void comeWithTheHandlersEnvironmentAndThePipesOnly() {
        assertThat(ConmonArguments.environment(handler(CgroupDriver.CGROUPFS, MonitorOptions.DEFAULT), 3, 4))
                .containsExactly("PATH=/usr/bin", "CRI_O_EXTERNAL=1", "_OCI_SYNCPIPE=3", "_OCI_STARTPIPE=4");
    }

    private static String last(ContainerStreams streams) {
        ContainerBundle container = container(
                handler(CgroupDriver.CGROUPFS, MonitorOptions.DEFAULT), ContainerLog.at(Path.of("/l")), streams);
        return ConmonArguments.create(container, PLACES, container.handler().path())
                .getLast();
    }

    private static ContainerBundle container(RuntimeHandler handler, ContainerLog log, ContainerStreams streams) {
        var folders = new ContainerFolders(Path.of("/run/b"), Path.of("/var/lib/p"));
        return new ContainerBundle(ID, "k8s_a_b_c_d_0", handler, folders, "/pods/x", log, streams, PidNamespace.OWN);
    }

    private static RuntimeHandler handler(CgroupDriver cgroups, MonitorOptions options) {
        var monitor = new MonitorProgram(Path.of("/usr/bin/conmon"), List.of("PATH=/usr/bin"), options);
        return new RuntimeHandler(
                "crun", Path.of("/usr/bin/crun"), Path.of("/run/crun"), cgroups, monitor, Duration.ofMinutes(4));
    }
}
