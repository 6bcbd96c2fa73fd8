package io.crius.image;

import io.crius.image.artifact.Artifact;
import io.crius.model.Digest;
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
        Kind kind,
        Pinned pinned) {
    /** Whether containers can be made of it. */
    public enum Kind {
        IMAGE,
        ARTIFACT
    }

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

    /** Compat: an artifact has neither user nor configuration. One that cannot be removed is pinned. */
    static Image of(Artifact artifact, PinnedImages patterns) {
        return new Image(
                artifact.id(),
                repoTags(artifact.names()),
                repoDigests(artifact.names(), List.of(artifact.digest())),
                OptionalLong.of(artifact.size()),
                ImageUser.NONE,
                artifact.annotations(),
                Kind.ARTIFACT,
                artifact.access() == Artifact.Access.READ_ONLY ? Pinned.YES : patterns.match(artifact.names()));
    }

    static List<String> repoTags(List<String> names) {
        return names.stream().filter(name -> name.indexOf('@') < 0).sorted().toList();
    }

    static List<String> repoDigests(List<String> names, List<Digest> digests) {
        return names.stream()
                .map(Image::repository)
                .distinct()
                .flatMap(repository -> digests.stream().map(digest -> repository + "@" + digest))
                .distinct()
                .sorted()
                .toList();
    }

    /** Of a name of the store, which is always full. */
    static String repository(String name) {
        int at = name.indexOf('@');
        String bare = at < 0 ? name : name.substring(0, at);
        int colon = bare.lastIndexOf(':');
        return colon > bare.lastIndexOf('/') ? bare.substring(0, colon) : bare;
    }
}
