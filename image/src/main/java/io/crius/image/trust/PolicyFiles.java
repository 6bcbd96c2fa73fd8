package io.crius.image.trust;

import io.crius.image.trust.policy.PolicyCodec;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where policies are.
 *
 * @param configured the node's policy as the configuration names it; empty means the machine's
 * @param byNamespace the folder of the files {@code <namespace>.json}, each of which replaces the node's policy for pods of
 *     that namespace
 * @param machine the policy that all tools of the machine share
 */
public record PolicyFiles(Optional<Path> configured, Path byNamespace, Path machine) {
    /** The policy that all tools of a machine share. */
    public static final Path MACHINE = Path.of("/etc/containers/policy.json");

    public PolicyFiles(Optional<Path> configured, Path byNamespace) {
        this(configured, byNamespace, MACHINE);
    }

    /**
     * The policy in force. Blocks on the disk.
     *
     * @param namespace of the pod, empty when unknown
     * @throws CriusException.FailedPrecondition there is none, or it cannot be understood; says the file and the place
     */
    TrustPolicy read(String namespace) {
        return read(own(namespace).orElse(machine));
    }

    /** The file of the namespace or the configuration; empty where the machine's counts. */
    Optional<Path> own(String namespace) {
        return ofNamespace(namespace).or(this::configured);
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
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }

    static TrustPolicy read(Path file) {
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
