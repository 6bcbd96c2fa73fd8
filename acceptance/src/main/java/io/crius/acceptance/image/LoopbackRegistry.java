package io.crius.acceptance.image;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Docker registry on a free port of loopback, without TLS and without credentials. Its data is in one folder. */
public final class LoopbackRegistry implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final ServerProcess server;

    private LoopbackRegistry(Path folder, int port, ServerProcess server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /** Starts a registry on an empty or an older folder; returns when it listens. */
    public static LoopbackRegistry start(Path folder) throws Exception {
        Files.createDirectories(folder);
        int port = freePort();
        Path config = Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log:
                  level: error
                  accesslog:
                    disabled: true
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                """.formatted(folder.resolve("data"), port));
        ServerProcess server = ServerProcess.start(
                "docker-registry",
                List.of("docker-registry", "serve", config.toString()),
                Map.of("OTEL_TRACES_EXPORTER", "none"),
                folder.resolve("registry.log"));
        LoopbackRegistry registry = new LoopbackRegistry(folder, port, server);
        try {
            Await.until("the registry listens", START_LIMIT, registry::listens);
        } catch (Exception | AssertionError e) {
            registry.close();
            throw e;
        }
        return registry;
    }

    /** A port that nobody listens on now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() throws IOException {
        server.requireAlive();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Host and port, as in image names. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** The full name of an image, such as {@code 127.0.0.1:5000/busybox:latest}. */
    public String name(String repositoryAndTag) {
        return host() + "/" + repositoryAndTag;
    }

    /** Brings a tagged image or index of a layout here, all its architectures, under the same name. */
    public void push(OciLayout layout, String tag, String repositoryAndTag) throws IOException, InterruptedException {
        copy(List.of("--all", "--preserve-digests"), layout, tag, repositoryAndTag);
    }

    /** Brings an image here in the format of Docker, schema 2. */
    public void pushAsDocker(OciLayout layout, String tag, String repositoryAndTag)
            throws IOException, InterruptedException {
        copy(List.of("--format", "v2s2"), layout, tag, repositoryAndTag);
    }

    private void copy(List<String> options, OciLayout layout, String tag, String repositoryAndTag)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "-q"));
        command.addAll(options);
        command.add("--dest-tls-verify=false");
        command.add("oci:" + layout.folder() + ":" + tag);
        command.add("docker://" + name(repositoryAndTag));
        Command.run(command);
    }

    /** Makes the registry deliver other bytes than the digest says; as many as before. */
    public void corrupt(OciLayout.Blob blob) throws IOException {
        String hex = blob.digest().substring("sha256:".length());
        Path data = folder.resolve("data/docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
        byte[] bytes = Files.readAllBytes(data);
        for (int i = bytes.length / 2; i < bytes.length; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(data, bytes);
    }

    @Override
    public void close() throws InterruptedException {
        server.close();
    }
}
