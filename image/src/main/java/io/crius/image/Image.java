package io.crius.image;

import io.crius.model.ImageId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An image as the CRI lists it.
 *
 * @param repoTags full names with tags, sorted
 * @param repoDigests each of its repositories with each digest of its manifests, sorted; never empty for an image that ever
 *     had a name
 * @param size bytes of its data and uncompressed layers; empty where a layer's size is not known
 * @param annotations of its manifest
 * @param pinned whether kubelet must not collect it
 */
public record Image(
        ImageId id,
        List<String> repoTags,
        List<String> repoDigests,
        OptionalLong size,
        ImageUser user,
        Map<String, String> annotations,
        Pinned pinned) {
    /** Whether an image is kept when nobody uses it. */
    public enum Pinned {
        YES,
        NO
    }

    public Image {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        annotations = Map.copyOf(annotations);
    }
}
