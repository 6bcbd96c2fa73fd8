package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.PullImageRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signature policies of namespaces: what may be pulled for their pods, and what may run in them. */
@Needs(Trait.READS_CRIO_CONF)
class SignatureIT {
    private static final Path FOLDER = folder();

    @RegisterExtension
    static final Node node = new Node("""
            [crio.image]
            signature_policy_dir = "%1$s/policies"
            [crius]
            registries_d = "%1$s/registries.d"
            """.formatted(FOLDER));

    private static Path folder() {
        try {
            return Files.createTempDirectory(
                    "crius-sign", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Two images: one that a key of ours has signed, and one that nobody has. */
    @BeforeAll
    static void sign() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/gpg")), "needs gpg");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "needs skopeo");
        Files.createDirectories(FOLDER.resolve("policies"));
        Files.writeString(
                Files.createDirectories(FOLDER.resolve("registries.d")).resolve("test.yaml"),
                "default-docker:\n  lookaside: file://" + FOLDER.resolve("lookaside") + "\n");
        withKeys("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "dev@test", "rsa2048", "sign");
        withKeys("gpg", "--batch", "--quiet", "--output", key(), "--export", "dev@test");
        copyBusybox("signed", "--sign-by", "dev@test");
        copyBusybox("unsigned");
    }

    private static String key() {
        return FOLDER.resolve("dev.gpg").toString();
    }

    private static void withKeys(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("env", "GNUPGHOME=" + FOLDER));
        all.addAll(List.of(command));
        Command.run(all.toArray(String[]::new));
    }

    private static void copyBusybox(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "skopeo",
                "--insecure-policy",
                "--registries.d",
                FOLDER.resolve("registries.d").toString(),
                "copy",
                "-q",
                "--src-tls-verify=false",
                "--dest-tls-verify=false"));
        command.addAll(List.of(options));
        command.add("docker://" + node.testImages().busybox());
        command.add("docker://" + image(name));
        withKeys(command.toArray(String[]::new));
    }

    private static String image(String name) {
        return node.testImages().registry().name(name + ":1");
    }

    @AfterAll
    static void endAgent() throws Exception {
        if (Files.isDirectory(FOLDER.resolve("private-keys-v1.d"))) {
            withKeys("gpgconf", "--kill", "all");
        }
        Command.run("rm", "-rf", "--one-file-system", FOLDER.toString());
    }

    @AfterEach
    void freeTheNamespace() throws IOException {
        Files.deleteIfExists(FOLDER.resolve("policies/default.json"));
        node.images().remove(image("unsigned"));
        node.images().remove(image("signed"));
    }

    private static void requireSignatures() throws IOException {
        Files.writeString(
                FOLDER.resolve("policies/default.json"),
                "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"" + key() + "\"}]}");
    }

    private static String pullForPod(String image) throws IOException {
        return node.client()
                .imageService()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .setSandboxConfig(node.pod("puller").build())
                        .build())
                .getImageRef();
    }

    @Test
    void anUnsignedImageIsNotPulledForANamespaceThatWantsSignatures() throws Exception {
        requireSignatures();
        Grpc failure = Grpc.failure(() -> pullForPod(image("unsigned")));
        assertThat(failure.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(failure.message())
                .startsWith("SignatureValidationFailed: ")
                .contains(
                        image("unsigned"),
                        "A signature was required, but no signature exists",
                        "the default of " + FOLDER.resolve("policies/default.json"));
        assertThat(node.images().status(image("unsigned"))).isEmpty();
        assertThat(node.images().pull(image("unsigned"))).isNotEmpty();
    }

    @Test
    void whatOthersPulledDoesNotRunInANamespaceThatWantsSignatures() throws Exception {
        String id = node.images().pull(image("unsigned"));
        Node.Pod pod = node.runPod("strict");
        requireSignatures();
        for (String name : List.of(image("unsigned"), id)) {
            Grpc failure = Grpc.failure(() ->
                    node.create(pod, ContainerBuilder.container("main", name).command("true")));
            assertThat(failure.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(failure.message()).startsWith("SignatureValidationFailed: ");
        }
        Files.delete(FOLDER.resolve("policies/default.json"));
        assertThat(node.create(
                        pod,
                        ContainerBuilder.container("main", image("unsigned")).command("true")))
                .isNotEmpty();
    }

    @Test
    void whatOthersPulledIsNotMountedThereEither() throws Exception {
        node.images().pull(image("unsigned"));
        requireSignatures();
        pullForPod(image("signed"));
        Node.Pod pod = node.runPod("volumes");
        Mount volume = Mount.newBuilder()
                .setContainerPath("/volume")
                .setReadonly(true)
                .setImage(ImageSpec.newBuilder().setImage(image("unsigned")))
                .build();
        Grpc failure = Grpc.failure(() -> node.create(
                pod, ContainerBuilder.container("main", image("signed")).mount(volume)));
        assertThat(failure.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(failure.message()).startsWith("SignatureValidationFailed: ").contains(image("unsigned"));
    }

    @Test
    void aSignedImageIsPulledAndRuns() throws Exception {
        requireSignatures();
        pullForPod(image("signed"));
        assertThat(node.output(
                        ContainerBuilder.container("main", image("signed")).command("echo", "trusted")))
                .isEqualTo("trusted\n");
    }

    @Test
    void aPolicyThatCannotBeReadRefusesEverythingAndSaysWhere() throws Exception {
        Files.writeString(FOLDER.resolve("policies/default.json"), "{\"default\":[{\"type\":\"allow\"}]}");
        Grpc failure = Grpc.failure(() -> pullForPod(image("signed")));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message())
                .contains(FOLDER.resolve("policies/default.json") + ": \"default\"[0]: type \"allow\" is unknown");
    }
}
