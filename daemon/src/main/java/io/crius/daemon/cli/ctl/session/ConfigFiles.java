package io.crius.daemon.cli.ctl.session;

import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.daemon.cli.text.YamlCodec;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Configurations of pods and containers from files, JSON or YAML, in the words that crictl takes; "-" is standard input. */
public final class ConfigFiles {
    private final Session session;

    public ConfigFiles(Session session) {
        this.session = session;
    }

    /** A pod; without a uid it gets a random one. */
    public PodSandboxConfig pod(String file) throws IOException {
        PodSandboxConfig config = session.messages()
                .parse("PodSandboxConfig", read(file), PodSandboxConfig.parser(), key -> unknown(file, key));
        var metadata = config.getMetadata();
        require(file, !metadata.getName().isEmpty(), "metadata.name");
        require(file, !metadata.getNamespace().isEmpty(), "metadata.namespace");
        if (!metadata.getUid().isEmpty()) {
            return config;
        }
        return config.toBuilder()
                .setMetadata(metadata.toBuilder().setUid(UUID.randomUUID().toString()))
                .build();
    }

    public ContainerConfig container(String file) throws IOException {
        ContainerConfig config = session.messages()
                .parse("ContainerConfig", read(file), ContainerConfig.parser(), key -> unknown(file, key));
        require(file, !config.getMetadata().getName().isEmpty(), "metadata.name");
        require(file, !config.getImage().getImage().isEmpty(), "image.image");
        if (!config.getImage().getUserSpecifiedImage().isEmpty()) {
            return config;
        }
        return config.toBuilder()
                .setImage(config.getImage().toBuilder()
                        .setUserSpecifiedImage(config.getImage().getImage()))
                .build();
    }

    private void unknown(String file, String key) {
        session.warn("warning: " + file + ": " + key + " means nothing to the CRI and is left out");
    }

    private static void require(String file, boolean there, String key) {
        if (!there) {
            throw new CriusException.InvalidArgument(file + ": " + key + " is missing");
        }
    }

    private JsonObject read(String file) throws IOException {
        String text = text(file);
        JsonValue value = text.stripLeading().startsWith("{") ? json(file, text) : YamlCodec.parse(text, file);
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new CriusException.InvalidArgument(file + ": an object is needed: keys and values");
    }

    private static JsonValue json(String file, String text) {
        try {
            return Json.parse(text);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(file + ": " + e.getMessage(), e);
        }
    }

    private String text(String file) throws IOException {
        if (file.equals("-")) {
            return new String(session.streams().in().readAllBytes(), StandardCharsets.UTF_8);
        }
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            throw new CriusException.InvalidArgument("there is no file " + file);
        }
        return Files.readString(path);
    }
}
