package io.crius.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void namesAreFoundInAnyCaseWithOrWithoutPrefix() {
        for (String name : new String[] {"CAP_SYS_ADMIN", "SYS_ADMIN", "sys_admin", "cap_Sys_Admin"}) {
            assertThat(Capability.parse(name)).isEqualTo(Capability.CAP_SYS_ADMIN);
        }
        assertThat(Capability.find("ALL")).isEmpty();
        assertThat(Capability.find("CAP_CAP_CHOWN")).isEmpty();
        assertThatThrownBy(() -> Capability.parse("FLY"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("unknown capability \"FLY\"");
    }

    @Test
    void numbersAreTheKernels() {
        assertThat(Capability.CAP_CHOWN.number()).isZero();
        assertThat(Capability.CAP_NET_ADMIN.number()).isEqualTo(12);
        assertThat(Capability.CAP_SYS_ADMIN.number()).isEqualTo(21);
        assertThat(Capability.CAP_CHECKPOINT_RESTORE.number()).isEqualTo(40);
        assertThat(Arrays.stream(Capability.values()).map(Capability::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 40).boxed().toList());
        assertThat(Capability.ofNumber(13)).contains(Capability.CAP_NET_RAW);
        assertThat(Capability.ofNumber(41)).isEmpty();
        assertThat(Capability.ofNumber(-1)).isEmpty();
    }

    @Test
    void theDefaultsAreThoseOfCrio() {
        assertThat(Capability.DEFAULTS).hasSize(9).doesNotContain(Capability.CAP_NET_RAW, Capability.CAP_MKNOD);
    }
}
