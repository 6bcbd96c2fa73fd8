package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.runtime.Rlimit;
import io.crius.server.state.RequestedDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecRulesTest {
    private static Rlimit limit(long soft, long hard) {
        return new Rlimit("RLIMIT_NOFILE", soft, hard);
    }

    @Test
    void limitsStayWithinTheDaemonsOwn() {
        assertThat(SpecRules.within(limit(10, 20), 30)).isEqualTo(limit(10, 20));
        assertThat(SpecRules.within(limit(10, 40), 30)).isEqualTo(limit(10, 30));
        assertThat(SpecRules.within(limit(35, 40), 30)).isEqualTo(limit(30, 30));
        assertThat(SpecRules.within(limit(-1, -1), 30)).isEqualTo(limit(30, 30));
        assertThat(SpecRules.within(limit(-1, -1), -1)).isEqualTo(limit(-1, -1));
    }

    @Test
    void theDaemonKnowsItsOwnLimits() {
        assertThat(NodeFacts.hardLimit("nofile")).isPresent();
        assertThat(NodeFacts.hardLimit("wishes")).isEmpty();
    }

    @Test
    void aDeviceIsSpeltWithWhatItNeeds() {
        assertThat(SpecRules.devices(List.of("/dev/a", "/dev/a:r", "/dev/a:/dev/b", "/dev/a:/dev/b:rw")))
                .containsExactly(
                        new RequestedDevice("/dev/a", "/dev/a", "rwm"),
                        new RequestedDevice("/dev/a", "/dev/a", "r"),
                        new RequestedDevice("/dev/a", "/dev/b", "rwm"),
                        new RequestedDevice("/dev/a", "/dev/b", "rw"));
        for (String wrong : List.of("", "null", "/tmp/a", "/dev/a:x", "/dev/a:r:/dev/b", "/dev/a:/dev/b:r:w")) {
            assertThatThrownBy(() -> SpecRules.devices(List.of(wrong)))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessage("crio.runtime.additional_devices: expected \"/dev/host:/dev/container:rwm\", found \""
                            + wrong + "\"");
        }
    }
}
