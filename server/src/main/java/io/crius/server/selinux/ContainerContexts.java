package io.crius.server.selinux;

import io.crius.model.CriusException;
import io.crius.server.state.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The labels that the node's policy has for containers.
 *
 * <pre>{@code
 * process = "system_u:system_r:container_t:s0"
 * file = "system_u:object_r:container_file_t:s0"
 * init_process = "system_u:system_r:container_init_t:s0"
 * }</pre>
 *
 * @param process of an ordinary container
 * @param files of what an ordinary container may write
 * @param init of a container whose first process is systemd
 */
public record ContainerContexts(SelinuxLabel process, SelinuxLabel files, SelinuxLabel init) {
    private static final String INIT_TYPE = "container_init_t";

    /**
     * Reads the policy's file: of these places the first that exists. Compat: container-selinux(8) and selabel's
     * {@code lxc_contexts}.
     *
     * @param root where the node's root is seen
     * @throws CriusException.FailedPrecondition where there is none, or it cannot be used
     */
    public static ContainerContexts ofNode(Path root) {
        Path policy = root.resolve("etc/selinux").resolve(policyName(root.resolve("etc/selinux/config")));
        List<Path> places =
                List.of(root.resolve("usr/share/containers/selinux/contexts"), policy.resolve("contexts/lxc_contexts"));
        for (Path place : places) {
            Optional<String> text = read(place);
            if (text.isPresent()) {
                return parse(text.get(), place.toString());
            }
        }
        throw new CriusException.FailedPrecondition(
                "SELinux is on, but its policy does not know containers: there is neither " + places.getFirst()
                        + " nor " + places.getLast() + "; install container-selinux, or set selinux = false");
    }

    /** Compat: selinux_config(5). */
    private static String policyName(Path config) {
        return read(config)
                .flatMap(text -> Optional.ofNullable(values(text).get("SELINUXTYPE")))
                .orElse("targeted");
    }

    static ContainerContexts parse(String text, String origin) {
        Map<String, String> values = values(text);
        try {
            SelinuxLabel process = required(values, "process");
            SelinuxLabel init =
                    values.containsKey("init_process") ? required(values, "init_process") : process.withType(INIT_TYPE);
            return new ContainerContexts(process, required(values, "file"), init);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.FailedPrecondition(origin + ": " + e.getMessage(), e);
        }
    }

    private static SelinuxLabel required(Map<String, String> values, String key) {
        String label = values.get(key);
        if (label == null) {
            throw new CriusException.InvalidArgument("it has no line for " + key);
        }
        return SelinuxLabel.parse(label);
    }

    private static Map<String, String> values(String text) {
        var values = new HashMap<String, String>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.strip().startsWith("#")) {
                values.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).replace("\"", "").strip());
            }
        }
        return values;
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("SELinux: " + file + ": " + e, e);
        }
    }
}
