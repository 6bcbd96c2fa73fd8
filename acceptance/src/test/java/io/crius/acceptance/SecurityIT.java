package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.AuthGate;
import io.crius.acceptance.target.Trait;
import io.crius.client.ExecResult;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.AuthConfig;
import io.crius.cri.v1.SecurityProfile;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may talk to the daemon, and what it does not tell. */
@Needs(Trait.EXPLAINS)
class SecurityIT {
    private static final String SECRET = "not-for-the-log";

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            log_level = "trace"
            """);

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    @Test
    void theSocketIsForRootAndItsGroup() throws Exception {
        Path socket = node.testNode().target().socket();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        assertThat(Files.getAttribute(socket, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(0);
    }

    @Test
    void journalsAndSpecsWithTheEnvironmentOfContainersAreForRootAlone() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.create(pod, node.idle("main").env("PASSWORD", SECRET));
        int found = 0;
        for (String place : List.of("state", "storage/overlay-containers", "run/storage")) {
            for (Path file : filesWithTheSecret(server().resolve(place))) {
                assertThat(isClosed(file))
                        .as("%s, of container %s, is for root alone", file, id)
                        .isTrue();
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    private static List<Path> filesWithTheSecret(Path place) throws Exception {
        try (Stream<Path> files = Files.walk(place)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    /** Whether others cannot read the file, be it for its own mode or for that of a folder above it. */
    private static boolean isClosed(Path file) throws Exception {
        for (Path at = file; at != null && at.startsWith(server()); at = at.getParent()) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(at));
            if (mode.charAt(Files.isDirectory(at) ? 8 : 6) == '-') {
                return true;
            }
        }
        return false;
    }

    @Test
    void noSecretOfARequestIsInTheLog() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main").env("PASSWORD", SECRET));
        node.containers().exec(id, "true");
        try (AuthGate gate = AuthGate.open(node.testImages().registry(), AuthGate.Scheme.TOKEN)) {
            var wrong = AuthConfig.newBuilder()
                    .setUsername(AuthGate.USER)
                    .setPassword(SECRET)
                    .build();
            assertThatThrownBy(() -> node.images().pull(gate.name("busybox:latest"), wrong))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageNotContaining(SECRET);
            var token = AuthConfig.newBuilder().setRegistryToken(SECRET).build();
            assertThatThrownBy(() -> node.images().pull(gate.name("busybox:latest"), token))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageNotContaining(SECRET);
        }
        assertThat(Files.readString(server().resolve("daemon.log")))
                .doesNotContain(SECRET)
                .contains("CreateContainer id=", " asks {", "key: \\\"PASSWORD\\\", value: (left out)");
    }

    @Test
    void aStreamIsOnlyForWhoKnowsItsToken() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        String url = node.streams().execUrl(id, Wants.OUTPUT, "true");
        String guess = url.substring(0, url.length() - 1) + (url.endsWith("A") ? "B" : "A");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(guess)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(url).startsWith("http://127.0.0.1:");
    }

    @Test
    void aFileThatIsNoProfileIsNotShown() throws Exception {
        Pod pod = node.runPod("web");
        Path file = Files.writeString(node.testNode().folder().resolve("shadow"), "root:" + SECRET + ":19000:0:::\n");
        var container = node.idle("main")
                .security(s -> s.setSeccomp(SecurityProfile.newBuilder()
                        .setProfileType(SecurityProfile.ProfileType.Localhost)
                        .setLocalhostRef(file.toString())));
        assertThatThrownBy(() -> node.create(pod, container))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining(SECRET);
    }

    /** What they write is dropped at some point; each says how it ended all the same. */
    @Test
    void commandsThatWriteWithoutEndDoNotFillTheDaemonsMemory() throws Exception {
        String id = node.run(node.runPod("flood"), node.idle("main"));
        long daemon = node.testNode().target().pid();
        List<CompletableFuture<ExecResult>> floods = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                floods.add(CompletableFuture.supplyAsync(
                        () -> node.containers()
                                .exec(
                                        id,
                                        "sh",
                                        "-c",
                                        "head -c 40000000 /dev/zero; head -c 40000000 /dev/zero >&2; exit 3"),
                        callers));
            }
        }
        for (CompletableFuture<ExecResult> flood : floods) {
            assertThat(flood.get().exitCode()).isEqualTo(3);
            assertThat(flood.get().stdout().length()).isBetween(10_000, 16 << 20);
        }
        assertThat(node.containers().exec(id, "echo", "still here").stdout()).isEqualTo("still here\n");
        assertThat(node.testNode().target().pid()).isEqualTo(daemon);
    }
}
