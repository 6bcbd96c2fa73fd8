package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ConfigLoader;
import io.crius.config.ConfigSources;
import io.crius.config.CriusConfig;
import io.crius.model.CriusException;
import io.crius.oci.runtime.Rlimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aProfileThatCannotBeReadIsFoundAtTheStart(@TempDir Path folder) throws IOException {
        Path bad = Files.writeString(folder.resolve("bad"), "no profile");
        for (var option : List.of("seccomp_profile", "privileged_seccomp_profile")) {
            assertThatThrownBy(() -> SpecRules.checkProfiles(config(folder, option, bad)))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageContaining("crio.runtime." + option + ": ")
                    .hasMessageContaining(bad.toString());
            assertThatThrownBy(() -> SpecRules.checkProfiles(config(folder, option, folder.resolve("none"))))
                    .hasMessageContaining(folder.resolve("none").toString());
        }
        Path good = Files.writeString(folder.resolve("good"), "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        SpecRules.checkProfiles(config(folder, "seccomp_profile", good));
    }

    private static CriusConfig config(Path folder, String option, Path value) throws IOException {
        Path file = folder.resolve("crius.conf");
        Files.writeString(file, "[crio.runtime]\n" + option + " = \"" + value + "\"\n");
        return ConfigLoader.load(ConfigSources.ofFile(file)).config();
    }

    @Test
    void theDaemonKnowsItsOwnLimits() {
        assertThat(NodeFacts.hardLimit("nofile")).isPresent();
        assertThat(NodeFacts.hardLimit("wishes")).isEmpty();
    }
}
