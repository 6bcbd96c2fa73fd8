package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.MountPropagation;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images as volumes: mounted once for all containers, read-only, given back with the last of them. */
@Needs(Trait.SPEAKS_CRI_1_36)
class ImageMountsIT {
    @RegisterExtension
    static final Node node = new Node();

    private String layers = "";

    @BeforeEach
    void theImageIsThere() {
        layers = node.testImages().name("layers");
        node.images().pull(layers);
    }

    private Mount.Builder mount(String subPath) {
        return Mount.newBuilder()
                .setContainerPath("/model")
                .setImage(ImageSpec.newBuilder().setImage(layers))
                .setImageSubPath(subPath)
                .setReadonly(true);
    }

    @Test
    void theContentOfAnImageIsThereReadOnlyAndItsProgramsRun() throws Exception {
        assertThat(node.output(node.shell(
                                "main",
                                "cat /model/data/kept; touch /model/x 2>/dev/null || echo refused;"
                                        + " /model/bin/busybox echo run;"
                                        + " grep -c ' /model .*ro,nosuid,nodev,relatime' /proc/self/mounts")
                        .mount(mount("").build())))
                .isEqualTo("kept\nrefused\nrun\n1\n");
    }

    @Test
    void aPartOfAnImageIsMounted() throws Exception {
        assertThat(node.output(node.shell("main", "ls /model; cat /model/replaced")
                        .mount(mount("data").build())))
                .isEqualTo("kept\nlinked\nreplaced\nnew\n");
        assertThat(node.output(node.shell("main", "cat /model")
                        .mount(mount("data/kept").build())))
                .isEqualTo("kept\n");
    }

    @Test
    void aPartThatIsNotThereIsRefusedAndNothingIsLeft() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() ->
                node.create(pod, node.idle("main").mount(mount("data/none").build())));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("ImageVolumeMountFailed: sub path \"data/none\" does not exist in image volume \"" + layers
                        + "\"");
        Grpc outside = Grpc.failure(
                () -> node.create(pod, node.idle("main").mount(mount("../etc").build())));
        assertThat(outside.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(outside.message()).contains("image_sub_path \"../etc\" is not a relative path inside the image");
        assertThat(mounted()).isEmpty();
    }

    @Test
    void anImageThatIsNotOnTheNodeIsRefusedByName() throws Exception {
        Pod pod = node.runPod("web");
        Mount absent = mount("")
                .setImage(ImageSpec.newBuilder().setImage("127.0.0.1:1/not/here:v1"))
                .build();
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").mount(absent)));
        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.message())
                .isEqualTo("ImageVolumeMountFailed: image \"127.0.0.1:1/not/here:v1\" does not exist locally");
        Mount shared = mount("")
                .setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL)
                .build();
        assertThat(Grpc.failure(() -> node.create(pod, node.idle("main").mount(shared)))
                        .code())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void allContainersShareOneMountThatGoesWithTheLast() throws Exception {
        Pod pod = node.runPod("web");
        String one = node.run(pod, node.idle("one").mount(mount("").build()));
        String two = node.run(pod, node.idle("two").mount(mount("data").build()));
        assertThat(mounted()).hasSize(1);
        node.containers().remove(one);
        assertThat(mounted()).hasSize(1);
        assertThat(node.containers().exec(two, "cat", "/model/kept").stdout()).isEqualTo("kept\n");
        node.containers().remove(two);
        Await.until("the image is unmounted", Node.LIMIT, () -> mounted().isEmpty());
    }

    @Test
    void anImageThatIsMountedIsNotRemoved() throws Exception {
        String id =
                node.run(node.runPod("web"), node.idle("main").mount(mount("").build()));
        Grpc failure = Grpc.failure(() -> node.images().remove(layers));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message()).contains("is in use by container " + id, "which mounts it");
        assertThat(node.containers().exec(id, "cat", "/model/data/kept").stdout())
                .isEqualTo("kept\n");
        node.containers().remove(id);
        node.images().remove(layers);
    }

    @Test
    void theStatusTellsTheImage() throws Exception {
        String id = node.run(
                node.runPod("web"), node.idle("main").mount(mount("data").build()));
        assertThat(node.containers().status(id).getMountsList()).singleElement().satisfies(mount -> {
            assertThat(mount.getImage().getImage()).isEqualTo(layers);
            assertThat(mount.getImageSubPath()).isEqualTo("data");
            assertThat(mount.getHostPath()).isEmpty();
        });
    }

    @Test
    void afterTheServerDiedTheMountIsKnownAndGivenBack() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main").mount(mount("").build()));
        node.testNode().target().kill();
        node.testNode().startTarget();
        assertThat(node.containers().exec(id, "cat", "/model/data/kept").stdout())
                .isEqualTo("kept\n");
        node.containers().remove(id);
        Await.until("the image is unmounted", Node.LIMIT, () -> mounted().isEmpty());
    }

    private static List<String> mounted() throws IOException {
        String folder = node.testNode().folder() + "/";
        return Node.lines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(" " + folder) && line.contains("/run/images/"))
                .toList();
    }
}
