package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void parametersAreReadWithQuotesCommasAndEscapes() {
        Challenge challenge = Challenge.parse(
                "Bearer realm=\"https://auth.example/token?a=b,c\", service=\"the \\\"registry\\\"\" ,scope=x");
        assertThat(challenge.scheme()).isEqualTo("bearer");
        assertThat(challenge.parameter("realm")).isEqualTo("https://auth.example/token?a=b,c");
        assertThat(challenge.parameter("service")).isEqualTo("the \"registry\"");
        assertThat(challenge.parameter("scope")).isEqualTo("x");
        assertThat(challenge.parameter("error")).isEmpty();
    }

    @Test
    void theFirstKnownSchemeIsChosen() {
        assertThat(Challenge.choose(List.of("Negotiate", "BASIC realm=x", "Bearer realm=y")))
                .get()
                .extracting(Challenge::scheme)
                .isEqualTo("basic");
        assertThat(Challenge.choose(List.of("Negotiate"))).isEmpty();
    }

    @Test
    void damagedHeadersNeverFail() {
        for (String header : List.of(
                "", "Bearer", "Bearer ,,,", "Bearer realm", "Bearer realm=", "Bearer =x \"", "Bearer a=\"b\\")) {
            assertThat(Challenge.parse(header)).isNotNull();
        }
    }
}
