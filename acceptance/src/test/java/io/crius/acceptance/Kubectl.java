package io.crius.acceptance;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The node's {@code kubectl}, or the one of {@code -Dcrius.kubectl=path}, aimed at an {@link ApiFront}: a client of exec, attach
 * and port-forward that people use and nobody of this project wrote.
 */
final class Kubectl {
    private static final Pattern MINOR = Pattern.compile("\"minor\":\\s*\"(\\d+)");

    /** How its connections are to be upgraded. */
    enum Transport {
        WEBSOCKET(31),
        SPDY(0);

        private final int since;

        Transport(int since) {
            this.since = since;
        }

        /** The word of the upgrade, in lower case. */
        String word() {
            return this == WEBSOCKET ? "websocket" : "spdy/3.1";
        }
    }

    /** What a command left. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Left(int exitCode, byte[] stdout, byte[] stderr) {
        String text() {
            return new String(stdout, StandardCharsets.UTF_8);
        }

        String errors() {
            return new String(stderr, StandardCharsets.UTF_8);
        }
    }

    private final Path program;
    private final String server;
    private final Path home;
    private final Transport transport;

    private Kubectl(Path program, String server, Path home, Transport transport) {
        this.program = program;
        this.server = server;
        this.home = home;
        this.transport = transport;
    }

    /** Its path; empty where there is none. */
    static Optional<Path> installed() {
        Stream<Path> candidates = Optional.ofNullable(System.getProperty("crius.kubectl"))
                .map(path -> Stream.of(Path.of(path)))
                .orElseGet(
                        () -> Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                                .map(folder -> Path.of(folder, "kubectl")));
        return candidates.filter(Files::isExecutable).findFirst();
    }

    /** One that keeps what it notes in the folder. */
    static Kubectl at(Path program, ApiFront front, Path home, Transport transport) {
        return new Kubectl(program, front.url(), home, transport);
    }

    /** Whether it is new enough for its transport. */
    boolean knowsTransport() throws IOException, InterruptedException {
        Matcher minor = MINOR.matcher(
                run(new byte[0], "version", "--client", "--output=json").text());
        return minor.find() && Integer.parseInt(minor.group(1)) >= transport.since;
    }

    Process start(String... words) throws IOException {
        var builder = new ProcessBuilder(line(words));
        builder.environment().putAll(environment());
        return builder.start();
    }

    /** The whole command line. */
    List<String> line(String... words) {
        var line = new ArrayList<>(List.of(program.toString(), "--server=" + server));
        line.addAll(List.of(words));
        return line;
    }

    private Map<String, String> environment() {
        String webSockets = Boolean.toString(transport == Transport.WEBSOCKET);
        return Map.of(
                "HOME",
                home.toString(),
                "KUBECONFIG",
                home.resolve("config").toString(),
                "KUBECTL_REMOTE_COMMAND_WEBSOCKETS",
                webSockets,
                "KUBECTL_PORT_FORWARD_WEBSOCKETS",
                webSockets);
    }

    /** The same for a shell's command line. */
    String shellLine(String words) {
        var line = new StringBuilder("env");
        environment().forEach((name, value) -> line.append(' ').append(name + "=" + value));
        line.append(' ').append(String.join(" ", line()));
        return line + " " + words;
    }

    /** Runs it to its end with the input. */
    Left run(byte[] input, String... words) throws IOException, InterruptedException {
        Process process = start(words);
        try {
            var stdout = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
            var stderr = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
            try (var out = process.getOutputStream()) {
                out.write(input);
            }
            if (!process.waitFor(Node.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl " + String.join(" ", words) + " does not end; it wrote "
                        + new Left(0, stdout.join(), stderr.join()).errors());
            }
            return new Left(process.exitValue(), stdout.join(), stderr.join());
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] all(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
