package io.crius.image.trust.source;

import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.image.registry.Transports;
import io.crius.image.registry.WebFiles;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.SigstoreSignature;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.oci.image.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers the signatures of images from all places that registries.d and the registry name. Thread-safe, without state. */
public final class SignatureSources {
    private final Path registriesD;
    private final WebFiles web;

    /** @param registriesD the folder of containers-registries.d(5) */
    public SignatureSources(Path registriesD, Transports transports) {
        this.registriesD = registriesD;
        this.web = new WebFiles(transports);
    }

    /**
     * The signatures of a manifest, none of them checked. Blocks: on the disk, the registry and a lookaside server.
     *
     * @param client the endpoint that has the image
     * @param place how the image is called there
     * @throws CriusException of the kinds of {@link RegistryClient}, and {@code FailedPrecondition} for registries.d
     */
    public List<ImageSignature> signatures(RegistryClient client, ImageReference place, Digest manifest) {
        SignaturePlaces places = SignaturePlaces.read(registriesD);
        // Compat: a registry that has an answer of its own is not overruled by files.
        List<ImageSignature> found = new ArrayList<>(client.signatures(manifest)
                .map(RegistryExtension::parse)
                .orElseGet(() -> new LookasideFolder(places.lookaside(place), web).signatures(place, manifest)));
        if (places.hasAttachments(place)) {
            found.addAll(attached(client, manifest));
        }
        return found;
    }

    /** Compat: the layers of the image whose tag is {@code sha256-<hex>.sig}. */
    private static List<ImageSignature> attached(RegistryClient client, Digest manifest) {
        Optional<ManifestAnswer> attachment = client.tagged(manifest.algorithm() + "-" + manifest.hex() + ".sig");
        if (attachment.isEmpty()) {
            return List.of();
        }
        List<Descriptor> layers = attachment.get().manifest().single().layers();
        if (layers.size() > ImageSignature.MOST) {
            throw new CriusException.InvalidArgument("the attachment of " + manifest + " has " + layers.size()
                    + " signatures, more than " + ImageSignature.MOST);
        }
        return layers.stream()
                .filter(layer -> layer.mediaType().equals(SigstoreSignature.MIME_TYPE))
                .<ImageSignature>map(layer -> new SigstoreSignature(
                        layer.mediaType(), client.blob(layer, ImageSignature.LARGEST), layer.annotations()))
                .toList();
    }
}
