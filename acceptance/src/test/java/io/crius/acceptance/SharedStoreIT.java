package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** podman and skopeo read and write the store that Crius uses, and the other way round. */
@Needs(Trait.SHARES_THE_STORE_WITH_PODMAN)
class SharedStoreIT {
    @RegisterExtension
    static final Node node = new Node();

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static String podman(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root",
                server().resolve("storage").toString(),
                "--runroot",
                server().resolve("run/storage").toString(),
                "--storage-driver",
                "overlay",
                "--cgroup-manager",
                "cgroupfs"));
        command.addAll(Arrays.asList(arguments));
        Output output = Command.attempt(command);
        assertThat(output.exitCode()).as(output.stderr()).isZero();
        assertThat(output.stderr()).isEmpty();
        return output.stdout();
    }

    private static String skopeoName(String image) {
        return "containers-storage:[overlay@" + server().resolve("storage") + "+" + server().resolve("run/storage")
                + "]" + image;
    }

    @Test
    void podmanSeesWhatWasPulled() throws Exception {
        String id = node.images().pull(node.testImages().name("layers"));
        assertThat(podman("images", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"))
                .contains(id + " " + node.testImages().name("layers"));
        assertThat(podman(
                        "image",
                        "inspect",
                        "--format",
                        "{{.Id}}",
                        node.testImages().name("layers")))
                .isEqualTo(id + "\n");
    }

    @Test
    void skopeoSeesWhatWasPulled() throws Exception {
        node.images().pull(node.testImages().name("entry"));
        assertThat(Command.run("skopeo", "inspect", skopeoName(node.testImages().name("entry"))))
                .contains("GREETING=hello");
    }

    @Test
    void whatSkopeoBringsCanBeRun() throws Exception {
        String name = "localhost/brought:latest";
        Command.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "--src-tls-verify=false",
                "docker://" + node.testImages().name("zstd"),
                skopeoName(name));
        assertThat(node.images().status(name)).isPresent();
        assertThat(node.output(ContainerBuilder.container("main", name).command("cat", "/zstd")))
                .isEqualTo("unpacked from zstd\n");
    }

    @Test
    void whatPodmanRemovesIsGone() throws Exception {
        node.images().pull(node.testImages().name("numeric"));
        podman("rmi", node.testImages().name("numeric"));
        assertThat(node.images().status(node.testImages().name("numeric"))).isEmpty();
        String id = node.images().pull(node.testImages().name("numeric"));
        assertThat(node.images()
                        .status(node.testImages().name("numeric"))
                        .orElseThrow()
                        .getId())
                .isEqualTo(id);
    }

    @Test
    void podmanHasNoComplaintAfterPodsRanAndWereRemoved() throws Exception {
        assertThat(node.output(node.shell("main", "echo ran"))).isEqualTo("ran\n");
        node.testNode().removePods();
        podman("images");
        assertThat(podman("ps", "--all", "--external", "--quiet")).isEmpty();
    }
}
