package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An image that skopeo has encrypted for the node. */
@Needs(Trait.READS_CRIO_CONF)
class EncryptedImageIT {
    private static final Path FOLDER = folder();

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            decryption_keys_path = "%s/keys"
            """.formatted(FOLDER));

    private static Path folder() {
        try {
            return Files.createTempDirectory("crius-encrypted");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String image() {
        return node.testImages().registry().name("encrypted:1");
    }

    @BeforeAll
    static void encrypt() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "needs skopeo");
        Files.createDirectory(FOLDER.resolve("keys"));
        Command.run("openssl", "genrsa", "-out", path("own.pem"), "2048");
        Command.run("openssl", "rsa", "-in", path("own.pem"), "-pubout", "-out", path("own.pub"));
        // An OCI image first: those of Docker cannot be encrypted.
        Command.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "--src-tls-verify=false",
                "--format",
                "oci",
                "docker://" + node.testImages().busybox(),
                "oci:" + path("layout"));
        Command.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "--dest-tls-verify=false",
                "--encryption-key",
                "jwe:" + path("own.pub"),
                "oci:" + path("layout"),
                "docker://" + image());
    }

    private static String path(String name) {
        return FOLDER.resolve(name).toString();
    }

    @AfterEach
    void forget() throws IOException {
        node.images().remove(image());
        Files.deleteIfExists(FOLDER.resolve("keys/own.pem"));
    }

    @AfterAll
    static void cleanUp() throws Exception {
        Command.run("rm", "-rf", "--one-file-system", FOLDER.toString());
    }

    private static void giveKey(String folder) throws IOException {
        Files.copy(
                FOLDER.resolve("own.pem"),
                Files.createDirectories(FOLDER.resolve(folder)).resolve("own.pem"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void itIsPulledWithTheKeyAndRuns() throws Exception {
        Grpc failure = Grpc.failure(() -> node.images().pull(image()));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message())
                .contains(
                        image(),
                        "decrypting layer 0 (sha256:",
                        "missing private key needed for decryption",
                        "no key is in " + FOLDER.resolve("keys"))
                .doesNotContain("PRIVATE KEY");
        giveKey("keys");
        assertThat(node.images().pull(image())).isNotEmpty();
        assertThat(node.output(ContainerBuilder.container("main", image()).command("echo", "decrypted")))
                .isEqualTo("decrypted\n");
        // Compat: what the node has runs without the key; who pulls again needs it.
        Files.delete(FOLDER.resolve("keys/own.pem"));
        assertThat(node.output(ContainerBuilder.container("main", image()).command("echo", "again")))
                .isEqualTo("again\n");
        assertThat(Grpc.failure(() -> node.images().pull(image())).code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void anotherFolderCountsAfterAHangUp() throws Exception {
        giveKey("others");
        long pid = node.testNode().target().pid();
        boolean ignored = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
        Assumptions.assumeFalse(ignored, "whoever started the tests has SIGHUP ignored");
        Path server = Node.parent(node.testNode().target().socket());
        Path options = server.resolve("crius.conf.d/10-options.conf");
        String before = Files.readString(options);
        Files.writeString(options, "[crio.runtime]\ndecryption_keys_path = \"" + path("others") + "\"\n");
        try {
            Command.run("kill", "-HUP", Long.toString(pid));
            Await.until(
                    "the log tells of the reload",
                    Node.LIMIT,
                    () -> Files.readString(server.resolve("daemon.log"))
                            .contains("changed: [crio.runtime.decryption_keys_path]"));
            assertThat(node.images().pull(image())).isNotEmpty();
            assertThat(Files.readString(server.resolve("daemon.log"))).doesNotContain("which takes a restart");
        } finally {
            Files.writeString(options, before);
            Command.run("kill", "-HUP", Long.toString(pid));
            Await.until(
                    "the old folder counts",
                    Node.LIMIT,
                    () -> Files.readString(server.resolve("daemon.log"))
                                    .split("changed: \\[crio.runtime.decryption_keys_path\\]", -1)
                                    .length
                            > 2);
        }
    }
}
