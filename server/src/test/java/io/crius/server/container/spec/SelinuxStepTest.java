package io.crius.server.container.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.SELinuxOption;
import io.crius.model.CriusException;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.selinux.ContainerContexts;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.selinux.SelinuxLabels.HostNetwork;
import io.crius.server.state.PodLabels;
import io.crius.server.state.SelinuxLabel;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Labels of a pod and its containers, by labels that policies with container-selinux have. */
class SelinuxStepTest {
    private static final ContainerContexts POLICY = new ContainerContexts(
            SelinuxLabel.parse("system_u:system_r:container_t:s0"),
            SelinuxLabel.parse("system_u:object_r:container_file_t:s0"),
            SelinuxLabel.parse("system_u:system_r:container_init_t:s0"));

    private final SpecFixture fixture = new SpecFixture();

    private RuntimeSpec spec(HostNetwork hostNetwork) {
        var labels = new SelinuxLabels(POLICY, hostNetwork);
        fixture.selinux = Optional.of(labels);
        fixture.labels = labels.pod(fixture.podDefinition().request(), () -> "s0:c1,c2");
        return fixture.spec();
    }

    private void labels(Consumer<RuntimeSpec> spec) {
        spec.accept(spec(HostNetwork.UNCONFINED));
    }

    private static void assertLabels(RuntimeSpec spec, String process, String files) {
        assertThat(spec.process().selinuxLabel().orElse("")).isEqualTo(process);
        assertThat(spec.linux().mountLabel().orElse("")).isEqualTo(files);
    }

    private void pod(LinuxSandboxSecurityContext.Builder security) {
        fixture.pod.setLinux(LinuxPodSandboxConfig.newBuilder().setSecurityContext(security));
    }

    private static LinuxSandboxSecurityContext.Builder options(SELinuxOption.Builder options) {
        return LinuxSandboxSecurityContext.newBuilder().setSelinuxOptions(options);
    }

    private static LinuxSandboxSecurityContext.Builder namespaces(NamespaceOption.Builder options) {
        return LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(options);
    }

    @Test
    void aPodHasALevelOfItsOwn() {
        labels(spec -> assertLabels(
                spec, "system_u:system_r:container_t:s0:c1,c2", "system_u:object_r:container_file_t:s0:c1,c2"));
    }

    @Test
    void aRequestMayGiveTheLevelAlone() {
        pod(options(SELinuxOption.newBuilder().setLevel("s0:c25,c26")));
        labels(spec -> assertLabels(
                spec, "system_u:system_r:container_t:s0:c25,c26", "system_u:object_r:container_file_t:s0:c25,c26"));
    }

    @Test
    void aTypeIsForProcessesAUserForFilesToo() {
        pod(options(SELinuxOption.newBuilder().setUser("staff_u").setType("container_logreader_t")));
        labels(spec -> assertLabels(
                spec, "staff_u:system_r:container_logreader_t:s0:c1,c2", "staff_u:object_r:container_file_t:s0:c1,c2"));
    }

    @Test
    void aContainersOptionsBeatThePods() {
        pod(options(SELinuxOption.newBuilder().setLevel("s0:c25,c26").setType("pod_t")));
        fixture.security(s -> s.setSelinuxOptions(SELinuxOption.newBuilder().setType("other_t")));
        labels(spec -> assertLabels(
                spec, "system_u:system_r:other_t:s0:c25,c26", "system_u:object_r:container_file_t:s0:c25,c26"));
    }

    @Test
    void aPrivilegedContainerMayDoEverything() {
        fixture.security(s -> s.setPrivileged(true));
        labels(spec -> assertLabels(spec, "system_u:system_r:spc_t:s0", "system_u:object_r:container_file_t:s0:c1,c2"));
    }

    @Test
    void aPodInTheNodesPidOrIpcNamespaceIsNotConfined() {
        pod(namespaces(NamespaceOption.newBuilder().setPid(NamespaceMode.NODE)));
        labels(spec -> assertLabels(spec, "", ""));
        pod(namespaces(NamespaceOption.newBuilder().setIpc(NamespaceMode.NODE)));
        labels(spec -> assertLabels(spec, "", ""));
        assertThat(fixture.labels).isEqualTo(PodLabels.NONE);
    }

    @Test
    void onTheNodesNetworkTheOptionDecides() {
        pod(namespaces(NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE)));
        assertLabels(spec(HostNetwork.UNCONFINED), "", "system_u:object_r:container_file_t:s0:c1,c2");
        assertLabels(
                spec(HostNetwork.CONFINED),
                "system_u:system_r:container_t:s0:c1,c2",
                "system_u:object_r:container_file_t:s0:c1,c2");
    }

    @Test
    void systemdHasATypeOfItsOwnUnlessTheRequestGivesOne() {
        fixture.config.clearCommand().addCommand("/sbin/init");
        labels(spec ->
                assertThat(spec.process().selinuxLabel()).contains("system_u:system_r:container_init_t:s0:c1,c2"));
        fixture.security(s -> s.setSelinuxOptions(SELinuxOption.newBuilder().setType("my_init_t")));
        labels(spec -> assertThat(spec.process().selinuxLabel()).contains("system_u:system_r:my_init_t:s0:c1,c2"));
    }

    @Test
    void whatIsNoLabelIsRefused() {
        pod(options(SELinuxOption.newBuilder().setLevel("s0\",rootcontext=\"x")));
        assertThatThrownBy(() -> spec(HostNetwork.UNCONFINED))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("is not an SELinux label such as");
    }

    @Test
    void aNodeWithoutSelinuxGivesNoLabels() {
        assertLabels(fixture.spec(), "", "");
    }
}
