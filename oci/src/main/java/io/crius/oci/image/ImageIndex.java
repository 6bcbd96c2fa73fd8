package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Manifests for several platforms.
 *
 * @param type DOCKER_LIST or OCI_INDEX
 */
public record ImageIndex(ManifestType type, List<Descriptor> manifests, Map<String, String> annotations)
        implements Manifest {
    public ImageIndex {
        manifests = List.copyOf(manifests);
        annotations = Map.copyOf(annotations);
    }

    static ImageIndex fromJson(JsonObject json, ManifestType type) {
        return new ImageIndex(type, json.objects("manifests", Descriptor::fromJson), json.stringMap("annotations"));
    }

    /** The manifest that runs best on a platform; if there is none, an error that names the platform. */
    public Descriptor choose(Platform host) {
        List<Platform> wanted = host.runnable();
        return manifests.stream()
                .filter(entry -> rank(entry, wanted).isPresent())
                .min(Comparator.comparingInt(
                                (Descriptor entry) -> rank(entry, wanted).orElseThrow())
                        .thenComparing(entry -> type == ManifestType.OCI_INDEX && !entry.isZstd()))
                .orElseThrow(() -> new CriusException.NotFound("no image found in "
                        + (type == ManifestType.OCI_INDEX ? "image index" : "manifest list") + " for architecture \""
                        + host.architecture() + "\", variant \"" + host.variant() + "\", OS \"" + host.os() + "\""));
    }

    /** Place among the wanted platforms. Compat: in an OCI index an entry without a platform is the last resort. */
    private Optional<Integer> rank(Descriptor entry, List<Platform> wanted) {
        if (entry.platform().isEmpty()) {
            return type == ManifestType.OCI_INDEX ? Optional.of(wanted.size()) : Optional.empty();
        }
        int rank = wanted.indexOf(entry.platform().get());
        return rank < 0 ? Optional.empty() : Optional.of(rank);
    }
}
