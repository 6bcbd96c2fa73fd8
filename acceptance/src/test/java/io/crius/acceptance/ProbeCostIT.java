package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.target.ContainerdTarget;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.client.ContainerCalls;
import io.crius.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What kubelet's probes cost beside containerd's, which runs on the same node: CPU time of the server, its monitors and all they
 * started. Only with {@code -Dcrius.probes}, which says how many are made: a thousand at least, or the share of the
 * JVM's warming up counts more than what is measured.
 */
@EnabledIfSystemProperty(named = "crius.probes", matches = "[0-9]+")
@Needs(Trait.READS_CRIO_CONF)
class ProbeCostIT {
    private static final int PROBES = Integer.getInteger("crius.probes", 100);
    private static final Path RUNC = Path.of("/usr/sbin/runc");

    /** Kernel: proc_pid_stat(5), utime, stime, cutime and cstime, counted behind the name. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void aProbeCostsAtMostHalfOfContainerds() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(ContainerdTarget.PROGRAM), "needs containerd");
        Assumptions.assumeTrue(Files.isExecutable(RUNC), "needs runc");
        long own = ticks(node.testNode());
        try (TestNode containerd = TestNode.start(node.testImages().name("pause"), RUNC, ContainerdTarget::in)) {
            containerd.client().images().pull(node.testImages().busybox());
            long peer = ticks(containerd);
            String measured =
                    PROBES + " probes: " + own + " hundredths of a second of CPU time, containerd's took " + peer;
            Files.writeString(Path.of("target", "probe-cost.txt"), measured + "\n");
            assertThat(own).as(measured).isLessThanOrEqualTo(peer / 2);
            containerd.removePods();
        }
    }

    /** Of all probes together, after some that warm the server up. */
    private static long ticks(TestNode server) throws IOException {
        PodSandboxConfig pod = server.pod("probed").build();
        String podId = server.client().pods().run(pod);
        ContainerCalls containers = server.client().containers();
        String id = containers.run(
                podId,
                ContainerBuilder.container("main", node.testImages().busybox())
                        .command("sleep", "1000")
                        .build(),
                pod);
        probe(containers, id, PROBES / 2);
        long before = used(server);
        probe(containers, id, PROBES);
        return used(server) - before;
    }

    private static void probe(ContainerCalls containers, String id, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(containers.exec(id, "true").exitCode()).isZero();
        }
    }

    private static long used(TestNode server) throws IOException {
        long used = 0;
        for (long pid : server.processes()) {
            used += used(pid);
        }
        return used;
    }

    private static long used(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long used = 0;
            for (int i = 0; i < TIMES; i++) {
                used += Long.parseLong(fields[FIRST_TIME + i]);
            }
            return used;
        } catch (NoSuchFileException _) {
            return 0;
        }
    }
}
