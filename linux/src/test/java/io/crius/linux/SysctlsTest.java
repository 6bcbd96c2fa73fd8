package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SysctlsTest {
    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, /proc/sys/net/ipv4/ip_forward",
        "net/ipv4/ip_forward, /proc/sys/net/ipv4/ip_forward",
        "net.ipv4.conf.eth0/100.rp_filter, /proc/sys/net/ipv4/conf/eth0.100/rp_filter",
        "net/ipv4/conf/eth0.100/rp_filter, /proc/sys/net/ipv4/conf/eth0.100/rp_filter",
    })
    void theFirstSeparatorDecides(String name, Path path) throws Exception {
        assertThat(Sysctls.path(name)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"net/../../etc/passwd", "../self/mem", "net.//.//.//.x", "/etc/passwd", ""})
    void noNameLeavesProcSys(String name) {
        assertThatThrownBy(() -> Sysctls.path(name))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("is not below /proc/sys");
    }

    @Test
    void aNameInsideMayTurnAround() throws Exception {
        assertThat(Sysctls.path("net/ipv4/../core/somaxconn")).isEqualTo(Path.of("/proc/sys/net/core/somaxconn"));
    }
}
