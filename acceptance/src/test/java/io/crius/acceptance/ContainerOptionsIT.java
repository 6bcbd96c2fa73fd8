package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Options of the node that every container shows. */
class ContainerOptionsIT {
    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            read_only = true
            default_env = ["FROM_NODE=yes"]
            default_ulimits = ["nofile=100:200"]
            add_inheritable_capabilities = true
            default_capabilities = ["CHOWN"]
            additional_devices = ["/dev/null:/dev/nothing:r"]
            absent_mount_sources_to_reject = ["/nonexistent/of/crius"]
            pids_limit = 77
            timezone = "Asia/Tokyo"

            [crio.image]
            image_volumes = "bind"
            """);

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void everyRootIsReadOnlyAndTheUsualFoldersAreNot() throws Exception {
        assertThat(node.output(node.shell(
                        "main",
                        "touch /here 2>/dev/null || echo refused; touch /run/x /tmp/x /var/tmp/x && echo made")))
                .isEqualTo("refused\nmade\n");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theProcessHasTheNodesEnvironmentAndLimits() throws Exception {
        assertThat(node.output(node.shell("main", "echo $FROM_NODE; ulimit -Sn; ulimit -Hn")))
                .isEqualTo("yes\n100\n200\n");
    }

    @Test
    void theRequestBeatsTheNodesEnvironment() throws Exception {
        assertThat(node.output(node.shell("main", "echo $FROM_NODE").env("FROM_NODE", "no")))
                .isEqualTo("no\n");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theCapabilitiesAreTheNodesAndInheritable() throws Exception {
        assertThat(node.output(node.shell("main", "grep -E 'CapInh|CapEff|CapBnd' /proc/self/status | cut -f2")))
                .isEqualTo("0000000000000001\n".repeat(3));
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aDeviceOfTheNodeIsThere() throws Exception {
        assertThat(node.output(node.shell("main", "cat /dev/nothing && echo empty")))
                .isEqualTo("empty\n");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aSourceThatMustExistIsNotMade() throws Exception {
        Pod pod = node.runPod("web");
        Path absent = Path.of("/nonexistent/of/crius");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").mount(absent, "/data")));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message())
                .contains("container main", "cannot mount " + absent, "path does not exist and will cause issues");
        assertThat(absent).doesNotExist();
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theNumberOfProcessesIsLimited() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        assertThat(ProcessCgroup.of(node.pid(id)).read("pids", "pids.max", "pids.max"))
                .isEqualTo("77");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theTimeIsThatOfTheZone() throws Exception {
        Path zone = Path.of("/usr/share/zoneinfo/Asia/Tokyo");
        Assumptions.assumeTrue(Files.exists(zone), "needs tzdata");
        assertThat(node.output(
                        node.shell("main", "date -d @0 '+%F %T %z'; touch /etc/localtime 2>/dev/null || echo kept")))
                .isEqualTo("1970-01-01 09:00:00 +0900\nkept\n");
    }

    /** Although the root is read-only. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theVolumesOfAnImageCanBeWrittenAndAreTheContainersAlone() throws Exception {
        String image = node.testImages().name("volumes");
        node.images().pull(image);
        Pod pod = node.runPod("web");
        String script = "ls /made/deep /var/www; echo x > /made/deep/x && echo y > /var/www/y && echo written;"
                + " touch /made/other 2>/dev/null || echo refused";
        for (String name : List.of("one", "two")) {
            var container = ContainerBuilder.container(name, image).command("sh", "-c", script);
            assertThat(node.output(pod, container)).isEqualTo("/made/deep:\n\n/var/www:\nwritten\nrefused\n");
        }
        assertThat(node.images().status(image)).isPresent();
    }
}
