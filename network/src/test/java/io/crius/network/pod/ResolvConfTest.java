package io.crius.network.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    @Test
    void writesSearchThenNameserversThenOptions() {
        var dns = new ResolvConf(
                List.of("10.96.0.10", "fd00::10"), List.of("default.svc", "svc"), List.of("ndots:5", "edns0"));

        assertThat(dns.textOr("nameserver 1.1.1.1\n")).isEqualTo("""
                        search default.svc svc
                        nameserver 10.96.0.10
                        nameserver fd00::10
                        options ndots:5 edns0
                        """);
    }

    @Test
    void leavesOutWhatIsNotSet() {
        assertThat(new ResolvConf(List.of("10.0.0.1"), List.of(), List.of()).textOr("x"))
                .isEqualTo("nameserver 10.0.0.1\n");
    }

    @Test
    void isTheNodesTextWhereNothingIsSet() {
        assertThat(ResolvConf.EMPTY.textOr("# the node's\nnameserver 1.1.1.1\n"))
                .isEqualTo("# the node's\nnameserver 1.1.1.1\n");
    }

    @Test
    void refusesALineBreakInAValue() {
        assertThatThrownBy(() -> new ResolvConf(List.of("10.0.0.1\nnameserver 6.6.6.6"), List.of(), List.of()))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("invalid nameserver")
                .hasMessageContaining("line break");
    }
}
