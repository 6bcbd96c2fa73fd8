package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Mount;
import io.crius.model.CriusException;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.container.spec.SpecFixture;
import io.crius.server.selinux.ContainerContexts;
import io.crius.server.selinux.FileLabels;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.SelinuxLabel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VolumeLabelsTest {
    private static final String KEY = "io.kubernetes.cri-o.TrySkipVolumeSELinuxLabel";
    private static final SelinuxLabels LABELS = new SelinuxLabels(
            new ContainerContexts(
                    SelinuxLabel.parse("system_u:system_r:container_t:s0"),
                    SelinuxLabel.parse("system_u:object_r:container_file_t:s0"),
                    SelinuxLabel.parse("system_u:system_r:container_init_t:s0")),
            SelinuxLabels.HostNetwork.UNCONFINED);

    private final SpecFixture fixture = new SpecFixture();
    private final List<String> labelled = new ArrayList<>();
    private final FileLabels files = (top, label, known) -> labelled.add(top + " " + label.level() + " " + known);
    private Map<String, String> annotations = Map.of();

    private void label(boolean asked, FileLabels files) {
        fixture.config()
                .clearMounts()
                .addMounts(Mount.newBuilder()
                        .setContainerPath("/data")
                        .setHostPath("/srv/data")
                        .setSelinuxRelabel(asked));
        fixture.labels(LABELS, "s0:c1,c2");
        RequestedMount mount = fixture.request().mounts().getFirst();
        new VolumeLabels(Optional.of(new VolumeLabels.Selinux(LABELS, files)))
                .requested(
                        fixture.podDefinition(),
                        fixture.container(),
                        PodAnnotations.of(annotations, new AnnotationRules(Set.of(KEY), Map.of()), List.of())
                                .container("main", Map.of()),
                        new VolumeLabels.Labelled(mount, Path.of("/srv/data")));
    }

    @Test
    void onlyWhatTheRequestWantsLabelledIsLabelled() {
        label(false, files);
        assertThat(labelled).isEmpty();
        label(true, files);
        assertThat(labelled).containsExactly("/srv/data s0:c1,c2 TELLS_NOTHING");
    }

    @Test
    void theAnnotationLetsTheTopTellForAll() {
        annotations = Map.of(KEY, "true");
        label(true, files);
        assertThat(labelled).containsExactly("/srv/data s0:c1,c2 TELLS_ALL");
    }

    @Test
    void aProcessThatMayDoEverythingNeedsNoLabels() {
        fixture.privileged();
        label(true, files);
        assertThat(labelled).isEmpty();
    }

    @Test
    void aRefusalNamesContainerAndMount() {
        assertThatThrownBy(() -> label(true, (top, _, _) -> {
                    throw new CriusException.InvalidArgument("SELinux relabeling of " + top + " is not allowed");
                }))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("main")
                .hasMessageContaining("/data")
                .hasMessageEndingWith("SELinux relabeling of /srv/data is not allowed");
    }
}
