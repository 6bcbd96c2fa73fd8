package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.oci.runtime.Rlimit;
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
}
