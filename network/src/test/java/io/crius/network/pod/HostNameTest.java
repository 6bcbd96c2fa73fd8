package io.crius.network.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostNameTest {
    private static final PodId POD = new PodId("0123456789abcdef".repeat(4));

    @Test
    void takesTheNameAskedForBeforeAnyOther() {
        assertThat(HostName.choose("web-0", Optional.of("node"), POD).fileText())
                .isEqualTo("web-0\n");
    }

    @Test
    void isTheNodesOnTheNodesNetwork() {
        assertThat(HostName.choose("", Optional.of("node"), POD).value()).isEqualTo("node");
    }

    @Test
    void isTheShortPodIdOtherwise() {
        assertThat(HostName.choose("", Optional.empty(), POD).value()).isEqualTo("0123456789ab");
    }

    @Test
    void refusesWhatIsNoHostName() {
        assertThatThrownBy(() -> new HostName("a b"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("invalid host name \"a b\"");
        assertThatThrownBy(() -> new HostName("x".repeat(65))).hasMessageContaining("1 to 64 characters");
    }
}
