package io.crius.server.container;

import io.crius.image.artifact.Artifact;
import io.crius.image.pull.PullRequest;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.SecurityProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Function;

/**
 * Seccomp profiles that are OCI artifacts in a registry, named by an annotation of the container, its pod or its image.
 * Thread-safe.
 *
 * <p>Blocks: the artifact is pulled for each container. Compat: so that what a tag means now counts.
 */
public final class SeccompArtifacts {
    private static final String MEDIA_TYPE = "application/vnd.cncf.seccomp-profile.config.v1+json";

    private final Function<PullRequest, ImageId> pull;
    private final Function<ImageId, Optional<Artifact>> artifacts;

    /**
     * @param pull brings an artifact to the node
     * @param artifacts those that are there
     */
    public SeccompArtifacts(Function<PullRequest, ImageId> pull, Function<ImageId, Optional<Artifact>> artifacts) {
        this.pull = pull;
        this.artifacts = artifacts;
    }

    /**
     * The profile that annotations name, for a container whose request leaves the choice open.
     *
     * @param annotations that count for the container
     * @param ofImage the same with those of its image in the container's place
     * @throws CriusException.InvalidArgument where what is named is no profile; Safety: it does not run unconfined then
     */
    Optional<SeccompProfile> find(
            PodDefinition pod,
            ContainerRequest request,
            ContainerAnnotations annotations,
            ContainerAnnotations ofImage) {
        boolean isChosen = request.security()
                .seccomp()
                .filter(profile -> profile.kind() != SecurityProfile.Kind.UNCONFINED)
                .isPresent();
        if (isChosen || request.security().privileged()) {
            return Optional.empty();
        }
        return annotations
                .find(SpecialAnnotation.SECCOMP_PROFILE)
                .or(() -> annotations.pod().find(SpecialAnnotation.SECCOMP_PROFILE))
                .or(() -> ofImage.find(SpecialAnnotation.SECCOMP_PROFILE))
                .map(reference -> load(pod, request, reference));
    }

    private SeccompProfile load(PodDefinition pod, ContainerRequest request, String reference) {
        String what = "container " + request.name().name() + ": seccomp profile \"" + reference + "\" of "
                + SpecialAnnotation.SECCOMP_PROFILE.key();
        PullRequest plain = PullRequest.of(reference);
        ImageId id =
                pull.apply(new PullRequest(reference, plain.auth(), pod.name().namespace()));
        Artifact artifact = artifacts
                .apply(id)
                .filter(found -> found.type().equals(MEDIA_TYPE))
                .orElseThrow(() ->
                        new CriusException.InvalidArgument(what + ": it is not an OCI artifact of type " + MEDIA_TYPE));
        Artifact.File file = artifact.files().stream()
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument(what + ": the artifact has no named layer"));
        if (file.size() > SeccompProfile.LARGEST) {
            throw new CriusException.InvalidArgument(what + ": it is larger than " + SeccompProfile.LARGEST + " bytes");
        }
        try {
            return SeccompProfile.parse(Files.readAllBytes(file.path()), reference);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(what + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CriusException.Failed(what + ": " + e, e);
        }
    }
}
