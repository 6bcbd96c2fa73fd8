package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.SecurityProfile;
import io.crius.image.artifact.Artifact;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.container.spec.SpecFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeccompArtifactsTest {
    private static final String KEY = "seccomp-profile.kubernetes.cri-o.io";
    private static final String TYPE = "application/vnd.cncf.seccomp-profile.config.v1+json";
    private static final Digest DIGEST = Digest.sha256Of("manifest".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    private final SpecFixture fixture = new SpecFixture();
    private final List<String> pulled = new ArrayList<>();
    private final Map<String, String> ofPod = new HashMap<>();
    private Map<String, String> ofContainer = Map.of();
    private Map<String, String> ofImage = Map.of();
    private String type = TYPE;
    private Path profile;

    @BeforeEach
    void write() throws IOException {
        profile = folder.resolve("profile.json");
        Files.writeString(profile, "{\"defaultAction\":\"SCMP_ACT_LOG\"}");
    }

    private Optional<SeccompProfile> find() {
        var artifacts = new SeccompArtifacts(
                request -> {
                    pulled.add(request.image());
                    return new ImageId(DIGEST.hex());
                },
                _ -> Optional.of(artifact()));
        var rules = new AnnotationRules(Set.of(KEY), Map.of());
        return artifacts.find(
                fixture.podDefinition(),
                fixture.request(),
                PodAnnotations.of(ofPod, rules, List.of()).container("main", ofContainer),
                PodAnnotations.of(Map.of(), rules, List.of()).container("main", ofImage));
    }

    private Artifact artifact() {
        try {
            var file = new Artifact.File("profile.json", profile, DIGEST, Files.size(profile));
            return new Artifact(DIGEST, List.of(), type, 1, Map.of(), List.of(file), Artifact.Access.OWNED);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void seccomp(SecurityProfile.ProfileType kind) {
        fixture.seccomp(SecurityProfile.newBuilder().setProfileType(kind).build());
    }

    @Test
    void theContainersAnnotationBeatsThePodsAndThatTheImages() {
        assertThat(find()).isEmpty();
        ofImage = Map.of(KEY, "registry/image");
        assertThat(find()).isPresent();
        ofPod.put(KEY + "/POD", "registry/pod");
        assertThat(find()).isPresent();
        ofPod.put(KEY + "/main", "registry/main");
        assertThat(find()).isPresent();
        ofContainer = Map.of(KEY, "registry/own");
        assertThat(find()).isPresent();
        assertThat(pulled).containsExactly("registry/image", "registry/pod", "registry/main", "registry/own");
    }

    @Test
    void aProfileOfTheRequestCountsFirst() {
        ofPod.put(KEY, "registry/pod");
        seccomp(SecurityProfile.ProfileType.Unconfined);
        assertThat(find()).isPresent();
        seccomp(SecurityProfile.ProfileType.RuntimeDefault);
        assertThat(find()).isEmpty();
        fixture.privileged();
        seccomp(SecurityProfile.ProfileType.Unconfined);
        assertThat(find()).isEmpty();
        assertThat(pulled).hasSize(1);
    }

    @Test
    void whatIsNoProfileIsRefused() throws IOException {
        ofPod.put(KEY, "registry/pod");
        type = "application/vnd.oci.image.config.v1+json";
        assertThatThrownBy(this::find)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage(
                        "container main: seccomp profile \"registry/pod\" of seccomp-profile.crio.io: it is not an OCI"
                                + " artifact of type " + TYPE);
        type = TYPE;
        Files.writeString(profile, "nonsense");
        assertThatThrownBy(this::find)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith(
                        "container main: seccomp profile \"registry/pod\" of seccomp-profile.crio.io: ");
        Files.write(profile, new byte[SeccompProfile.LARGEST + 1]);
        assertThatThrownBy(this::find).hasMessageEndingWith("it is larger than 1048576 bytes");
    }
}
