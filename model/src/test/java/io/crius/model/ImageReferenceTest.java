package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "team/app, docker.io/team/app:latest",
        "index.docker.io/busybox, docker.io/library/busybox:latest",
        "localhost/app, localhost/app:latest",
        "localhost:5000/app:v1, localhost:5000/app:v1",
        "127.0.0.1:5000/a/b/c, 127.0.0.1:5000/a/b/c:latest",
        "registry.example.com/a__b/c-d.e:T_1.x, registry.example.com/a__b/c-d.e:T_1.x",
    })
    void normalisesAsUsersKnowIt(String text, String normalised) {
        assertThat(ImageReference.parse(text)).hasToString(normalised);
    }

    @Test
    void keepsTagAndDigestTogether() {
        ImageReference both = ImageReference.parse("quay.io/a/b:1@sha256:" + HEX);

        assertThat(both.tag()).contains("1");
        assertThat(both.digest()).contains(new Digest("sha256", HEX));
        assertThat(both.withoutTagIfDigested()).hasToString("quay.io/a/b@sha256:" + HEX);
        assertThat(both.repository()).isEqualTo("quay.io/a/b");
    }

    @Test
    void hasNoTagWhereOnlyADigestIsGiven() {
        assertThat(ImageReference.parse("quay.io/a/b@sha256:" + HEX).tag()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Upper/case",
                "a//b",
                "-a",
                "a/b:",
                "a/b:-x",
                "a/b@sha256:12",
                "a/b@md5:0123456789abcdef0123456789abcdef",
                "a b",
                "/a",
                "a/",
                "../a",
                "[::1]:5000/a"
            })
    void refusesWhatIsNoReference(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(CriusException.InvalidArgument.class);
    }

    @Test
    void saysThatAnIdIsNoName() {
        assertThatThrownBy(() -> ImageReference.parse(HEX))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("image id, not a name");
    }

    @Test
    void refusesNamesLongerThan255() {
        assertThatThrownBy(() -> ImageReference.parse("a.io/" + "b".repeat(251)))
                .hasMessageContaining("longer than 255 characters");
        // Far longer ones as well: a pattern would take more stack than there is.
        assertThatThrownBy(() -> ImageReference.parse("a.".repeat(50_000) + "io/b"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("longer than 255 characters");
    }

    @ParameterizedTest
    @CsvSource({"busybox, true", "a/b, true", "a.b/c, false", "a:1/c, false", "localhost/c, false"})
    void knowsShortNames(String text, boolean isShort) {
        assertThat(ImageReference.isShortName(text)).isEqualTo(isShort);
    }
}
