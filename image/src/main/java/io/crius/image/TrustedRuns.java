package io.crius.image;

import io.crius.config.ShortNameMode;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registries.ShortNames;
import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.Subject;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.image.trust.signature.StoredSignatures;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.ImageReference;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Puts the policy to images of the store, with the signatures that were kept when they were pulled. Thread-safe.
 *
 * <p>Compat: CRI-O asks only a policy that the configuration names, or one of the pod's namespace; here the machine's is asked too,
 * unless it accepts everything. CRI-O refuses where kubelet does not tell the name that the user wrote; here the image then has to
 * be trusted under each name that it has, or had before it lost them.
 */
public final class TrustedRuns implements RunPolicy {
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{3,64}");

    private final Store store;
    private final Supplier<RegistriesConf> registries;
    private final ImageTrust trust;

    /** @param registries the registries.conf in force, for short names */
    public TrustedRuns(Store store, Supplier<RegistriesConf> registries, ImageTrust trust) {
        this.store = store;
        this.registries = registries;
        this.trust = trust;
    }

    @Override
    public void require(ImageId image, String name, String namespace) {
        Optional<TrustPolicy> policy = trust.forRunning(namespace);
        if (policy.isPresent()) {
            require(policy.get(), image, name);
        }
    }

    private void require(TrustPolicy policy, ImageId image, String name) {
        StoredImage stored = store.image(image)
                .orElseThrow(() ->
                        new CriusException.NotFound("image " + image.abbreviated() + " is not on this node any more"));
        List<ImageReference> names = names(policy, stored, name);
        names.forEach(reference -> mustBeThatDigest(stored, reference));
        List<ImageReference> asked = names.stream()
                .filter(reference -> !policy.requirements(reference).acceptsAnything())
                .toList();
        if (!asked.isEmpty()) {
            require(policy, stored, asked);
        }
    }

    private void require(TrustPolicy policy, StoredImage stored, List<ImageReference> names) {
        byte[] manifest = store.imageData(stored.id(), "manifest");
        Digest digest = digest(stored, manifest);
        for (ImageReference reference : names) {
            trust.require(
                    policy,
                    new Subject(reference, digest, manifest),
                    () -> StoredSignatures.read(store, stored, digest));
        }
    }

    /** The digest of a schema 1 manifest is not that of its bytes, so what the record says comes first. */
    private static Digest digest(StoredImage stored, byte[] manifest) {
        return stored.data().stream()
                .filter(item -> item.key().equals("manifest"))
                .flatMap(item -> item.digest().stream())
                .findFirst()
                .orElseGet(() -> Digest.sha256Of(manifest));
    }

    private List<ImageReference> names(TrustPolicy policy, StoredImage stored, String name) {
        if (!name.isEmpty() && !ID.matcher(name).matches()) {
            return meant(stored, name);
        }
        List<String> known = stored.names().isEmpty() ? stored.namesHistory() : stored.names();
        if (known.isEmpty() && !policy.acceptsWhatItDoesNotName()) {
            throw new CriusException.PermissionDenied("SignatureValidationFailed: image "
                    + stored.id().abbreviated()
                    + " never had a name, so no signature policy can be applied to it; pull it by"
                    + " its name");
        }
        return known.stream().map(ImageReference::parse).toList();
    }

    /** A short name means what it meant when the image was pulled: the names of the image tell. */
    private List<ImageReference> meant(StoredImage stored, String name) {
        List<ImageReference> candidates = (ShortNames.isFull(name)
                        ? List.of(ShortNames.full(name))
                        : new ShortNames(registries.get(), ShortNameMode.DISABLED).toFind(name))
                .stream().map(ImageReference::withoutTagIfDigested).toList();
        List<ImageReference> known = candidates.stream()
                .filter(candidate -> stored.names().contains(candidate.toString()))
                .toList();
        return known.isEmpty() ? candidates : known;
    }

    /** Safety: a name with a digest is good for that content only, whatever else was signed for its repository. */
    private static void mustBeThatDigest(StoredImage stored, ImageReference reference) {
        if (reference.digest().isPresent()
                && !stored.digests().contains(reference.digest().get())) {
            throw new CriusException.PermissionDenied(
                    "SignatureValidationFailed: image " + stored.id().abbreviated() + " is not " + reference);
        }
    }
}
