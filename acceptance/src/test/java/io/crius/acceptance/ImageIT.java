package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.crius.acceptance.image.AuthGate;
import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.image.TarWriter.Owner;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.AuthConfig;
import io.crius.cri.v1.FilesystemUsage;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.PullImageRequest;
import io.crius.cri.v1.StreamImagesRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images: pull, list, status, remove. */
class ImageIT {
    @RegisterExtension
    static final Node node = new Node();

    /** Of our registry's images busybox stays, as it is pulled once for the class; pods may bring the pause image. */
    @BeforeEach
    void removeImages() {
        List<String> kept = List.of(name("busybox"), name("pause"));
        for (Image image : node.images().list()) {
            boolean ours = Stream.concat(image.getRepoTagsList().stream(), image.getRepoDigestsList().stream())
                    .anyMatch(name -> name.startsWith("127.0.0.1:"));
            if (ours && image.getRepoTagsList().stream().noneMatch(kept::contains)) {
                node.images().remove(image.getId());
            }
        }
    }

    private static String name(String image) {
        return node.testImages().name(image);
    }

    @Test
    void aPulledImageIsThereByNameDigestAndId() {
        String answer = node.images().pull(name("entry"));
        Image image = node.images().status(name("entry")).orElseThrow();
        assertThat(image.getId()).isNotEmpty().isEqualTo(answer);
        assertThat(image.getSize()).isPositive();
        assertThat(image.getRepoTagsList()).containsExactly(name("entry"));
        assertThat(image.getRepoDigestsList()).hasSize(1);
        assertThat(image.getRepoDigests(0))
                .matches(Pattern.quote(node.testImages().registry().name("entry")) + "@sha256:[0-9a-f]{64}");

        assertThat(node.images().status(image.getId())).contains(image);
        assertThat(node.images().status(image.getRepoDigests(0))).contains(image);
        assertThat(node.images().list()).contains(image);
    }

    @Test
    @Needs(Trait.FILTERS_IMAGES)
    void aListCanBeOfOneImage() {
        Image image = node.images().status(node.images().pull(name("entry"))).orElseThrow();
        assertThat(node.images().list(name("entry"))).containsExactly(image);
        assertThat(node.images().list(image.getId())).containsExactly(image);
        assertThat(node.images().list(name("never-pulled"))).isEmpty();
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theStreamedListIsTheList() {
        node.images().pull(name("entry"));
        var streamed = new ArrayList<Image>();
        node.client()
                .imageService()
                .streamImages(StreamImagesRequest.getDefaultInstance())
                .forEachRemaining(chunk -> streamed.addAll(chunk.getImagesList()));
        assertThat(streamed)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(node.images().list());
    }

    @Test
    void aSecondPullIsTheSameImage() {
        assertThat(node.images().pull(name("entry"))).isEqualTo(node.images().pull(name("entry")));
        assertThat(node.images().list())
                .filteredOn(image -> image.getRepoTagsList().contains(name("entry")))
                .hasSize(1);
    }

    @Test
    void pullsOfTheSameImageAtOnceAllSucceed() {
        List<String> answers = IntStream.range(0, 6)
                .parallel()
                .mapToObj(_ -> node.images().pull(name("layers")))
                .distinct()
                .toList();
        assertThat(answers).hasSize(1);
    }

    @Test
    void aNameWithoutATagIsTheLatest() {
        String id = node.images().pull(node.testImages().registry().name("layers"));
        assertThat(node.images().status(name("layers")).orElseThrow().getId()).isEqualTo(id);
    }

    @Test
    void removalsOfTheSameImageAtOnceAllSucceed() {
        String id = node.images().pull(name("layers"));
        IntStream.range(0, 5).parallel().forEach(_ -> {
            node.images().remove(id);
            assertThat(node.images().status(id)).isEmpty();
        });
        assertThat(node.images().list()).extracting(Image::getId).doesNotContain(id);
    }

    @Test
    void anImageIsPulledByDigest() throws Exception {
        node.images().pull(node.testImages().multiByDigest());
        Image image = node.images().status(node.testImages().multiByDigest()).orElseThrow();
        assertThat(image.getRepoTagsList()).isEmpty();
        assertThat(image.getRepoDigestsList()).contains(node.testImages().multiByDigest());
        assertThat(node.output(
                        ContainerBuilder.container("main", node.testImages().multiByDigest())))
                .isEqualTo("amd64\n");
    }

    @Test
    void ofAnIndexTheImageForThisMachineIsPulled() throws Exception {
        node.images().pull(name("multi"));
        assertThat(node.output(ContainerBuilder.container("main", name("multi"))))
                .isEqualTo("amd64\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"layers", "docker"})
    void upperLayersDeleteAndReplaceWhatLowerOnesHave(String image) throws Exception {
        node.images().pull(name(image));
        assertThat(node.output(ContainerBuilder.container("main", name(image)).command("sh", "-c", """
                        cat /data/kept /data/replaced /data/linked
                        ls /data /opaque
                        test -e /gone || echo no folder
                        stat -c %h /data/linked
                        """)))
                .isEqualTo("""
                        kept
                        new
                        new
                        /data:
                        kept
                        linked
                        replaced

                        /opaque:
                        new
                        no folder
                        2
                        """);
    }

    @Test
    void layersMayBePackedWithZstandard() throws Exception {
        node.images().pull(name("zstd"));
        assertThat(node.output(ContainerBuilder.container("main", name("zstd")).command("cat", "/zstd")))
                .isEqualTo("unpacked from zstd\n");
    }

    @Test
    void filesKeepTheirOwnersAndModes() throws Exception {
        assertThat(node.output(node.shell("main", "stat -c '%u:%g %a' /home/app /tmp /bin/busybox")))
                .isEqualTo("1000:1000 755\n0:0 1777\n0:0 755\n");
    }

    @Test
    void theUserOfAnImageIsTold() {
        node.images().pull(name("entry"));
        node.images().pull(name("numeric"));
        assertThat(node.images().status(name("entry")).orElseThrow().getUsername())
                .isEqualTo("app");
        assertThat(node.images().status(name("numeric")).orElseThrow().getUid().getValue())
                .isEqualTo(1234);
    }

    @Test
    void theVerboseStatusHasTheConfigurationOfTheImage() {
        node.images().pull(name("entry"));
        var request = ImageStatusRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(name("entry")))
                .setVerbose(true)
                .build();
        assertThat(node.client()
                        .imageService()
                        .imageStatus(request)
                        .getInfoMap()
                        .values())
                .anyMatch(info -> info.contains("GREETING=hello"));
    }

    @Test
    void anImageThatIsNotThereHasNoStatusAndIsNoError() {
        assertThat(node.images().status(name("never-pulled"))).isEmpty();
        assertThat(node.images().status("f".repeat(64))).isEmpty();
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void anEmptyNameIsRefused() {
        assertThat(Grpc.failure(() -> node.images().status("")).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Grpc.failure(() -> node.images().remove("")).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Grpc.failure(() -> node.images().pull("")).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aMissingImageIsNamed() {
        for (String missing : List.of("no-such-repository:latest", "busybox:no-such-tag")) {
            String image = node.testImages().registry().name(missing);
            Grpc failure = Grpc.failure(() -> node.images().pull(image));
            assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.message()).contains(image);
            assertThat(node.images().status(image)).isEmpty();
        }
    }

    @Test
    void aDigestThatTheRegistryDoesNotHaveIsNamed() {
        String image = node.testImages().registry().name("busybox@sha256:" + "a".repeat(64));
        Grpc failure = Grpc.failure(() -> node.images().pull(image));
        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.message()).contains("sha256:" + "a".repeat(64));
    }

    @Test
    void aLayerWithOtherBytesThanItsDigestIsRefused() {
        Grpc failure = Grpc.failure(() -> node.images().pull(name("broken")));
        assertThat(failure.message()).contains("sha256:");
        assertThat(node.images().status(name("broken"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPPER/case", "with space", "bad@sha256:123", "a//b", ":tag"})
    void aBadNameIsRefused(String bad) {
        Grpc failure = Grpc.failure(() -> node.images().pull(bad));
        assertThat(failure.message()).isNotEmpty();
        if (Choice.kind().has(Trait.EXACT_CODES)) {
            assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(failure.message()).contains(bad);
        }
    }

    @Test
    void aRegistryThatDoesNotAnswerIsNamed() throws IOException {
        String host = "127.0.0.1:" + LoopbackRegistry.freePort();
        Grpc failure = Grpc.failure(() -> node.images().pull(host + "/busybox:latest"));
        assertThat(failure.message()).contains(host);
        if (Choice.kind().has(Trait.SAYS_REGISTRY_UNAVAILABLE)) {
            assertThat(failure.message()).startsWith("RegistryUnavailable");
        }
    }

    @Test
    void aPullThatTakesTooLongEndsWithTheDeadline() {
        var request = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(name("zstd")))
                .build();
        assertThat(Grpc.failure(() ->
                                node.client().imageService(Duration.ofMillis(1)).pullImage(request))
                        .code())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource(AuthGate.Scheme.class)
    void aRegistryThatAsksForCredentialsGetsThoseOfTheRequest(AuthGate.Scheme scheme) throws IOException {
        try (AuthGate gate = AuthGate.open(node.testImages().registry(), scheme)) {
            String image = gate.name("entry:latest");
            assertThat(Grpc.failure(() -> node.images().pull(image)).message()).contains(image);
            assertThat(node.images().status(image)).isEmpty();

            AuthConfig wrong = AuthConfig.newBuilder()
                    .setUsername(AuthGate.USER)
                    .setPassword("wrong-password")
                    .build();
            assertThat(Grpc.failure(() -> node.images().pull(image, wrong)).message())
                    .contains(image)
                    .doesNotContain("wrong-password");

            AuthConfig right = AuthConfig.newBuilder()
                    .setUsername(AuthGate.USER)
                    .setPassword(AuthGate.PASSWORD)
                    .build();
            assertThat(node.images().pull(image, right)).isNotEmpty();
            assertThat(node.images().status(image)).isPresent();
        }
    }

    @Test
    void credentialsMayBeGivenAsOneText() throws IOException {
        String pair = AuthGate.USER + ":" + AuthGate.PASSWORD;
        AuthConfig auth = AuthConfig.newBuilder()
                .setAuth(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .build();
        try (AuthGate gate = AuthGate.open(node.testImages().registry(), AuthGate.Scheme.BASIC)) {
            assertThat(node.images().pull(gate.name("entry:latest"), auth)).isNotEmpty();
        }
    }

    @Test
    void removeByNameAndByIdAndOfTheUnknown() {
        node.images().pull(name("entry"));
        node.images().remove(name("entry"));
        assertThat(node.images().status(name("entry"))).isEmpty();

        String id = node.images().pull(name("entry"));
        node.images().remove(id);
        assertThat(node.images().status(name("entry"))).isEmpty();

        assertThatCode(() -> node.images().remove(name("entry"))).doesNotThrowAnyException();
        assertThatCode(() -> node.images().remove("e".repeat(64))).doesNotThrowAnyException();
    }

    /** Puts another image under the tag. */
    private static void move(String tag, String content) throws Exception {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "layout");
        OciLayout layout = OciLayout.create(folder.resolve("image"));
        List<OciLayout.Layer> layers = List.of(
                layout.layer(Compression.NONE, tar -> tar.folder(content).file("none", new byte[1], Owner.PROGRAM)));
        layout.tag("image", layout.image(ImageConfig.empty().withCmd("/none"), layers));
        node.testImages().registry().push(layout, "image", tag);
    }

    /** What kubelet's garbage collection has to find. */
    @Test
    void anImageWhoseNameAnotherOneTookIsListedWithoutItAndGoesByItsId() throws Exception {
        String moving = node.testImages().registry().name("moving:1");
        move("moving:1", "first");
        String first = node.images().pull(moving);
        move("moving:1", "second");
        String second = node.images().pull(moving);

        assertThat(second).isNotEqualTo(first);
        assertThat(node.images().status(moving).orElseThrow().getId()).isEqualTo(second);
        Image lost = node.images().list().stream()
                .filter(image -> image.getId().equals(first))
                .findFirst()
                .orElseThrow();
        assertThat(lost.getRepoTagsList()).isEmpty();
        assertThat(lost.getSize()).isPositive();
        String container = node.create(node.runPod("web"), ContainerBuilder.container("main", first));
        assertThat(node.containers().status(container).getImage().getImage())
                .as("kubelet does without a container whose image has no name")
                .isNotEmpty();
        node.testNode().removePods();
        node.images().remove(first);
        assertThat(node.images().status(first)).isEmpty();
        assertThat(node.images().status(moving).orElseThrow().getId()).isEqualTo(second);
    }

    @Test
    @Needs(Trait.KEEPS_IMAGES_IN_USE)
    void anImageThatAContainerUsesIsKept() throws IOException {
        String id = node.images().pull(name("layers"));
        String container = node.run(
                node.runPod("web"),
                ContainerBuilder.container("main", name("layers")).command("sleep", "1000"));
        assertThat(Grpc.failure(() -> node.images().remove(id)).message()).contains(container);
        assertThat(node.images().status(name("layers"))).isPresent();
        node.containers().remove(container);
        node.images().remove(id);
        assertThat(node.images().status(name("layers"))).isEmpty();
    }

    /** containerd measures now and then. */
    @Test
    void theFileSystemOfImagesIsTold() throws Exception {
        FilesystemUsage usage = Await.value(
                "the file system was measured, also its inodes, which come last",
                Node.LIMIT,
                () -> Optional.of(node.images().fileSystems().getImageFilesystems(0))
                        .filter(found -> found.getUsedBytes().getValue() > 0
                                && found.getInodesUsed().getValue() > 0));
        assertThat(usage.getTimestamp()).isPositive();
        assertThat(Path.of(usage.getFsId().getMountpoint())).isDirectory();
    }
}
