package io.crius.image.auth;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Credentials that were put down for one pull of one namespace, and behind them those of the node.
 *
 * <p>Compat: CRI-O's {@code namespaced_auth_dir}, which its credential provider for kubelet writes to. A file {@code
 * <namespace>-<sha256 of the repository's name, in hex>.json} is an auth file; it is moved to {@code in-use/}, is the only one
 * that counts for that pull, and is deleted afterwards.
 *
 * <p>Thread-safe: of several pulls that want one file, one gets it.
 */
public final class NamespacedCredentials implements CredentialSource {
    private static final Logger LOG = System.getLogger(NamespacedCredentials.class.getName());

    /** Spec: RFC 1123 label, as Kubernetes wants it; what is no namespace must not become a part of a path. */
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    private final Path folder;
    private final CredentialHelper helper;
    private final CredentialSource node;

    private NamespacedCredentials(Path folder, CredentialHelper helper, CredentialSource node) {
        this.folder = folder;
        this.helper = helper;
        this.node = node;
    }

    /** Deletes what a pull left that never came to its end. The folder need not exist, now or later. */
    public static NamespacedCredentials open(Path folder, CredentialHelper helper, CredentialSource node) {
        var opened = new NamespacedCredentials(folder, helper, node);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(opened.inUse())) {
            left.forEach(NamespacedCredentials::delete);
        } catch (NoSuchFileException _) {
            // None was ever used.
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "used credentials may be left in " + opened.inUse() + ": " + e.getMessage());
        }
        return opened;
    }

    private Path inUse() {
        return folder.resolve("in-use");
    }

    @Override
    public Credentials find(ImageReference reference) {
        return node.find(reference);
    }

    @Override
    public Lease lease(String namespace, ImageReference image) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            return node.lease(namespace, image);
        }
        String base = namespace + "-"
                + Digest.sha256Of(image.repository().getBytes(StandardCharsets.UTF_8))
                        .hex();
        Path file = folder.resolve(base + ".json");
        if (!Files.exists(file)) {
            return node.lease(namespace, image);
        }
        return taken(namespace, file, inUse().resolve(base + "-" + UUID.randomUUID() + ".json"), image);
    }

    private Lease taken(String namespace, Path file, Path own, ImageReference image) {
        try {
            Files.createDirectories(
                    inUse(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.move(file, own, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return node.lease(namespace, image);
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition(
                    "take the credentials of namespace " + namespace + " for " + image.repository() + " from " + file
                            + ": " + e,
                    e);
        }
        var only = new NodeCredentials(List.of(own), () -> List.of(NodeCredentials.FILES), helper);
        return new Lease(new OfNamespace(namespace, only), () -> delete(own));
    }

    /** Secrets must not stay: a file that cannot be deleted is told of each time. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "used credentials stay in " + file + ": " + e.getMessage());
        }
    }

    private record OfNamespace(String namespace, CredentialSource file) implements CredentialSource {
        @Override
        public Credentials find(ImageReference reference) {
            return file.find(reference);
        }

        @Override
        public String origin() {
            return "namespace " + namespace + " was given";
        }
    }
}
