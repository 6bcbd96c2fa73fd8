package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.TargetKind;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Mount;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OCI artifacts as volumes: their files are there by name, read-only. */
class ArtifactMountsIT {
    @RegisterExtension
    static final Node node = new Node();

    private String model = "";

    @BeforeEach
    void theArtifactIsThere() throws Exception {
        Assumptions.assumeTrue(Choice.kind() == TargetKind.CRIUS, "containerd shows no artifacts");
        Path folder = Files.createTempDirectory(node.testNode().folder(), "layout");
        OciLayout layout = OciLayout.create(folder.resolve("artifact"));
        Map<String, String> files = new LinkedHashMap<>();
        files.put("weights/a.bin", "weights");
        files.put("weights/more/b.bin", "more weights");
        files.put("run.sh", "#!/bin/sh\necho ran\n");
        layout.tag("model", layout.artifact("application/vnd.example.model", files));
        node.testImages().registry().push(layout, "model", "models/m:1");
        model = node.testImages().registry().name("models/m:1");
        node.images().pull(model);
    }

    private Mount mount(String subPath) {
        return Mount.newBuilder()
                .setContainerPath("/model")
                .setImage(ImageSpec.newBuilder().setImage(model))
                .setImageSubPath(subPath)
                .setReadonly(true)
                .build();
    }

    @Test
    void itsFilesAreThereByNameAndCannotBeChangedOrRun() throws Exception {
        assertThat(node.output(node.shell("main", """
                                cd /model; find . -type f | sort; cat weights/a.bin; echo
                                touch x 2>/dev/null || echo no new file
                                (echo x > weights/a.bin) 2>/dev/null || echo no change
                                rm run.sh 2>/dev/null || echo no removal
                                ./run.sh 2>/dev/null || echo not run
                                grep " /model" /proc/mounts | grep -v "ro,nosuid,nodev,noexec"
                                echo mounted strictly""").mount(mount("")))).isEqualTo("""
                        ./run.sh
                        ./weights/a.bin
                        ./weights/more/b.bin
                        weights
                        no new file
                        no change
                        no removal
                        not run
                        mounted strictly
                        """);
    }

    @Test
    void aFolderOrAFileOfItIsMounted() throws Exception {
        assertThat(node.output(node.shell("main", "cat /model/more/b.bin").mount(mount("weights"))))
                .isEqualTo("more weights");
        assertThat(node.output(node.shell("main", "cat /model").mount(mount("weights/a.bin"))))
                .isEqualTo("weights");
    }

    @Test
    void containersShareItAndItIsNotRemovedMeanwhile() throws Exception {
        Node.Pod pod = node.runPod("web");
        String one = node.run(pod, node.idle("one").mount(mount("")));
        String two = node.run(pod, node.idle("two").mount(mount("weights")));
        Grpc failure = Grpc.failure(() -> node.images().remove(model));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message()).contains("is in use by container ", "which mounts it");
        node.containers().remove(one);
        assertThat(node.containers().exec(two, "cat", "/model/a.bin").stdout()).isEqualTo("weights");

        node.testNode().target().kill();
        node.testNode().startTarget();

        assertThat(node.containers().exec(two, "cat", "/model/a.bin").stdout()).isEqualTo("weights");
        node.containers().remove(two);
        Await.until("the artifact is unmounted", Node.LIMIT, () -> mounted().isEmpty());
        node.images().remove(model);
        assertThat(node.images().status(model)).isEmpty();
    }

    private static List<String> mounted() throws IOException {
        String folder = node.testNode().folder() + "/";
        return Node.lines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(" " + folder) && line.contains("/run/images/"))
                .toList();
    }
}
