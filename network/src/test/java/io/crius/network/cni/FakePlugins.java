package io.crius.network.cni;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plugin programs made of shell, in a directory of their own, that write down what they are called with and then do what
 * the test tells them to for each verb.
 */
final class FakePlugins {
    static final String ALL_VERSIONS = "0.1.0 0.2.0 0.3.0 0.3.1 0.4.0 1.0.0 1.1.0";

    private final Path directory;
    private final Path records;

    /** What one call was given. */
    record Call(String plugin, String verb, Map<String, String> environment, JsonObject config) {
        @Override
        public String toString() {
            return verb + " " + plugin;
        }
    }

    FakePlugins(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory.resolve("bin"));
        this.records = Files.createDirectories(directory.resolve("records"));
    }

    Path directory() {
        return directory;
    }

    /** A plugin that succeeds at everything: ADD gives an address, in all versions. */
    Script plugin(String type) {
        return new Script(type);
    }

    /** All calls in their order, VERSION left out. */
    List<Call> calls() throws IOException {
        return allCalls().stream()
                .filter(call -> !call.verb().equals("VERSION"))
                .toList();
    }

    List<Call> allCalls() throws IOException {
        try (var files = Files.list(records)) {
            return files.filter(file -> file.toString().endsWith(".env"))
                    .sorted()
                    .map(this::call)
                    .toList();
        }
    }

    /** The calls as "ADD bridge". */
    List<String> story() throws IOException {
        return calls().stream().map(Call::toString).toList();
    }

    /** A call that a plugin is just recording stays: what would be left of its record could not be read. */
    void forgetCalls() throws IOException {
        try (var files = Files.list(records)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".env")).toList()) {
                String name = file.getFileName().toString();
                Files.deleteIfExists(file);
                Files.deleteIfExists(file.resolveSibling(name.replaceAll("env$", "json")));
                Files.deleteIfExists(file.resolveSibling(name.substring(0, name.indexOf('.'))));
            }
        }
    }

    private Call call(Path environment) {
        try {
            var variables = new TreeMap<String, String>();
            for (String line : Files.readAllLines(environment)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    variables.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            String text = Files.readString(Path.of(environment.toString().replaceAll("env$", "json")));
            String plugin = environment.getFileName().toString().split("\\.")[1];
            return new Call(
                    plugin, variables.getOrDefault("CNI_COMMAND", "?"), variables, (JsonObject) Json.parse(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final class Script {
        private final String type;
        private final Map<Verb, String> actions = new EnumMap<>(Verb.class);

        private Script(String type) {
            this.type = type;
            supports(ALL_VERSIONS);
            on(
                    Verb.ADD,
                    "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.7/24\"}],\"by\":\"" + type
                            + "\"}'");
        }

        /** What the shell does for the verb; {@code $config} is what was read from standard input. */
        Script on(Verb verb, String shell) {
            actions.put(verb, shell);
            return this;
        }

        Script supports(String versions) {
            String list = Arrays.stream(versions.split(" "))
                    .map(version -> '"' + version + '"')
                    .collect(Collectors.joining(","));
            return on(Verb.VERSION, "echo '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[" + list + "]}'");
        }

        /** Fails with a CNI error of this code on the verb. */
        Script fails(Verb verb, int code, String message, String details) {
            return on(
                    verb,
                    "echo '{\"cniVersion\":\"1.0.0\",\"code\":" + code + ",\"msg\":\"" + message + "\",\"details\":\""
                            + details + "\"}'; exit 1");
        }

        Path install() throws IOException {
            String cases = actions.entrySet().stream()
                    .map(entry -> entry.getKey() + ")\n" + entry.getValue() + "\n;;\n")
                    .collect(Collectors.joining());
            // The record appears as a whole: a test may look while a plugin runs in the background.
            String script = """
                    #!/bin/sh
                    n=1000; while ! mkdir %1$s/$n 2>/dev/null; do n=$((n + 1)); done
                    config=$(cat); printf '%%s' "$config" > %1$s/$n.%2$s.json
                    env > %1$s/$n.%2$s.new; mv %1$s/$n.%2$s.new %1$s/$n.%2$s.env
                    case "$CNI_COMMAND" in
                    %3$s
                    esac
                    """.formatted(records, type, cases);
            Path beside = directory.resolve("." + type + ".new");
            Files.writeString(beside, script);
            Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
            return Files.move(
                    beside,
                    directory.resolve(type),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
