package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthTest {
    @ParameterizedTest
    @CsvSource({"10M,10000000", "1.5k,1500", "1Mi,1048576", "1000,1000", "1000000m,1000", "1P,1000000000000000"})
    void readsKubernetesQuantities(String text, long bits) {
        assertThat(Bandwidth.ofAnnotations(Map.of("kubernetes.io/ingress-bandwidth", text)))
                .contains(new Bandwidth(OptionalLong.of(bits), OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "10Q", "-5M", "999", "2P", "1.2.3M", "1e3e"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> Bandwidth.ofAnnotations(Map.of("kubernetes.io/egress-bandwidth", text)))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("pod annotation kubernetes.io/egress-bandwidth \"" + text + "\"");
    }

    @Test
    void isAbsentWithoutAnnotations() {
        assertThat(Bandwidth.ofAnnotations(Map.of("other", "10M"))).isEqualTo(Optional.empty());
    }
}
