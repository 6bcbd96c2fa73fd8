package io.crius.server.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.server.state.SelinuxLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerContextsTest {
    /** As policies with container-selinux have it. */
    private static final String NEWER = """
            process = "system_u:system_r:container_t:s0"
            content = "system_u:object_r:virt_var_lib_t:s0"
            file = "system_u:object_r:container_file_t:s0"
            ro_file="system_u:object_r:container_ro_file_t:s0"
            sandbox_kvm_process = "system_u:system_r:svirt_qemu_net_t:s0"
            sandbox_lxc_process = "system_u:system_r:container_t:s0"
            init_process = "system_u:system_r:container_init_t:s0"
            kvm_process = "system_u:system_r:container_kvm_t:s0"
            engine_process = "system_u:system_r:container_engine_t:s0"
            """;

    /** As an older policy has it, without a line for systemd. */
    private static final String OLDER = """
            # contexts of lxc
            process = "system_u:system_r:svirt_lxc_net_t:s0"
            content = "system_u:object_r:virt_var_lib_t:s0"
            file = "system_u:object_r:svirt_sandbox_file_t:s0"
            """;

    @TempDir
    Path root;

    private void write(String file, String text) throws IOException {
        Path place = root.resolve(file);
        Files.createDirectories(place.getParent());
        Files.writeString(place, text);
    }

    @Test
    void theFileOfContainerSelinuxIsReadFirst() throws IOException {
        write("usr/share/containers/selinux/contexts", NEWER);
        write("etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n");
        write("etc/selinux/targeted/contexts/lxc_contexts", OLDER);
        ContainerContexts contexts = ContainerContexts.ofNode(root);
        assertThat(contexts.process()).hasToString("system_u:system_r:container_t:s0");
        assertThat(contexts.files()).hasToString("system_u:object_r:container_file_t:s0");
        assertThat(contexts.init()).hasToString("system_u:system_r:container_init_t:s0");
    }

    @Test
    void elseThatOfThePolicyInForce() throws IOException {
        write("etc/selinux/config", "# mls or targeted\nSELINUXTYPE=mls\n");
        write("etc/selinux/mls/contexts/lxc_contexts", OLDER);
        ContainerContexts contexts = ContainerContexts.ofNode(root);
        assertThat(contexts.process()).isEqualTo(new SelinuxLabel("system_u", "system_r", "svirt_lxc_net_t", "s0"));
        assertThat(contexts.init().type()).isEqualTo("container_init_t");
    }

    @Test
    void aPolicyThatDoesNotKnowContainersIsToldOf() {
        assertThatThrownBy(() -> ContainerContexts.ofNode(root))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("etc/selinux/targeted/contexts/lxc_contexts; install container-selinux");
    }

    @Test
    void aBrokenFileIsNamed() throws IOException {
        write("usr/share/containers/selinux/contexts", "process = \"container_t\"\nfile = \"a:b:c:s0\"\n");
        assertThatThrownBy(() -> ContainerContexts.ofNode(root))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("selinux/contexts: \"container_t\" is not an SELinux label");
        write("usr/share/containers/selinux/contexts", "process = \"a:b:c:s0\"\n");
        assertThatThrownBy(() -> ContainerContexts.ofNode(root))
                .hasMessageContaining("selinux/contexts: it has no line for file");
    }
}
