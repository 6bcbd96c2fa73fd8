package io.crius.image.trust;

import io.crius.image.trust.policy.PolicyCodec;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where policies are.
 *
 * @param configured the node's policy as the configuration names it; empty means {@link #MACHINE}
 * @param byNamespace the folder of the files {@code <namespace>.json}, each of which replaces the node's policy for pods of
 *     that namespace
 */
public record PolicyFiles(Optional<Path> configured, Path byNamespace) {
    /** The policy that all tools of a machine share. */
    public static final Path MACHINE = Path.of("/etc/containers/policy.json");

    /**
     * The policy in force. Blocks on the disk.
     *
     * @param namespace of the pod, empty when unknown
     * @throws CriusException.FailedPrecondition there is none, or it cannot be understood; says the file and the place
     */
    TrustPolicy read(String namespace) {
        return read(ofNamespace(namespace).or(this::configured).orElse(MACHINE));
    }

    /**
     * Whether images of the store are looked at again before they run. Compat: the machine's common policy is not meant for
     * that, only one that the configuration names and those of namespaces are.
     */
    boolean coverRunning(String namespace) {
        return configured.isPresent() || ofNamespace(namespace).isPresent();
    }

    private Optional<Path> ofNamespace(String namespace) {
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        // Safety: a name with a slash would lead out of the folder.
        if (namespace.indexOf('/') >= 0 || namespace.indexOf('\0') >= 0) {
            throw new CriusException.InvalidArgument("\"" + namespace + "\" is not the name of a namespace");
        }
        Path file = byNamespace.resolve(namespace + ".json");
        // A link that leads nowhere is there and must not mean that everything is allowed.
        return Files.exists(file, java.nio.file.LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }

    private static TrustPolicy read(Path file) {
        try {
            return PolicyCodec.parse(file.toString(), Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CriusException.FailedPrecondition(
                    "signature policy " + file
                            + " does not exist; without it no image is accepted. To accept all, write"
                            + " {\"default\":[{\"type\":\"insecureAcceptAnything\"}]} into it",
                    e);
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("signature policy " + file + ": " + e, e);
        }
    }
}
