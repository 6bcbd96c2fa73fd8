package io.crius.daemon.cli.ctl.session;

import io.crius.daemon.cli.ctl.line.Durations;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.model.CriusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom to talk to, and how. Compat: flags are stronger than the environment, that than {@code /etc/crictl.yaml}.
 *
 * @param timeout for connecting and for each call that only reads
 */
public record Settings(
        Path runtime, Path image, Duration timeout, boolean pullOnCreate, boolean noPullOnRun, boolean debug) {
    /** The flags before the command. */
    public static final List<Flag> FLAGS = List.of(
            Flag.text("config", 'c', "file of settings; /etc/crictl.yaml"),
            Flag.text("runtime-endpoint", 'r', "socket of the runtime; unix:///run/crius/crius.sock"),
            Flag.text("image-endpoint", 'i', "socket of the image service; that of the runtime"),
            Flag.duration("timeout", 't', "for connecting and for calls that only read; 10s"),
            Flag.on("debug", 'D', "print where errors come from"),
            Flag.on("version", 'v', "print the version"),
            Flag.on("help", 'h', "print this help"));

    private static final Path FILE = Path.of("/etc/crictl.yaml");
    private static final Path OWN_SOCKET = Path.of("/run/crius/crius.sock");
    private static final Path CRIO_SOCKET = Path.of("/var/run/crio/crio.sock");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** @throws CriusException.InvalidArgument for an endpoint that is no unix socket, or a malformed file */
    public static Settings of(Given given, Map<String, String> environment) {
        Optional<String> named = given.text("config").or(() -> variable(environment, "CRI_CONFIG_FILE"));
        SettingsFile file = SettingsFile.read(named.map(Path::of).orElse(FILE), named.isPresent());
        Path runtime = given.text("runtime-endpoint")
                .or(() -> variable(environment, "CONTAINER_RUNTIME_ENDPOINT"))
                .or(() -> file.text("runtime-endpoint"))
                .map(Settings::socket)
                .orElseGet(Settings::usualSocket);
        Path image = given.text("image-endpoint")
                .or(() -> variable(environment, "IMAGE_SERVICE_ENDPOINT"))
                .or(() -> file.text("image-endpoint"))
                .map(Settings::socket)
                .orElse(runtime);
        Duration timeout = given.duration("timeout")
                .or(() -> file.text("timeout").flatMap(Durations::parse))
                .filter(Duration::isPositive)
                .orElse(TIMEOUT);
        return new Settings(
                runtime,
                image,
                timeout,
                file.on("pull-image-on-create"),
                file.on("disable-pull-on-run"),
                given.on("debug") || file.on("debug"));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The socket that an endpoint names. */
    public static Path socket(String endpoint) {
        int scheme = endpoint.indexOf("://");
        if (scheme >= 0 && !endpoint.startsWith("unix://")) {
            throw new CriusException.InvalidArgument(
                    "endpoint \"" + endpoint + "\": only unix sockets are known, unix:///path/to.sock");
        }
        return Path.of(scheme < 0 ? endpoint : endpoint.substring("unix://".length()));
    }

    /** Compat: a daemon that was configured for CRI-O listens where CRI-O did. */
    private static Path usualSocket() {
        return !Files.exists(OWN_SOCKET) && Files.exists(CRIO_SOCKET) ? CRIO_SOCKET : OWN_SOCKET;
    }
}
