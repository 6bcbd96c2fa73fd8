package io.crius.image.trust.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.ImageReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedIdentityTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String OTHER = "sha256:" + "b".repeat(64);

    private static String text(String short0) {
        return short0.replace("@D", "@" + DIGEST).replace("@E", "@" + OTHER);
    }

    private static SignedIdentity identity(String words) {
        String[] parts = words.split(" ");
        return switch (parts[0]) {
            case "exact" -> new SignedIdentity.MatchExact();
            case "digestOrExact" -> new SignedIdentity.MatchRepoDigestOrExact();
            case "repository" -> new SignedIdentity.MatchRepository();
            case "reference" -> new SignedIdentity.ExactReference(text(parts[1]));
            case "in" -> new SignedIdentity.ExactRepository(parts[1]);
            default -> new SignedIdentity.RemapIdentity(parts[1], parts[2]);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "exact, q.io/a:1, q.io/a:1, true",
        "exact, q.io/a:1, q.io/a:2, false",
        "exact, q.io/a:latest, q.io/a, false",
        "exact, q.io/a@D, q.io/a@D, true",
        "exact, q.io/a@D, q.io/a:1, false",
        "exact, busybox:1, docker.io/library/busybox:1, true",
        "exact, busybox:1, busybox:1, true",
        "exact, q.io/a:1, NOT A NAME, false",
        "digestOrExact, q.io/a:1, q.io/a:1, true",
        "digestOrExact, q.io/a:1, q.io/a:2, false",
        "digestOrExact, q.io/a:1, q.io/a, false",
        "digestOrExact, q.io/a@D, q.io/a:7, true",
        "digestOrExact, q.io/a@D, q.io/a, true",
        "digestOrExact, q.io/a@D, q.io/b:7, false",
        "repository, q.io/a:1, q.io/a:2, true",
        "repository, q.io/a:1, q.io/a, true",
        "repository, q.io/a:1, q.io/ab:1, false",
        "reference q.io/b:1, q.io/a:1, q.io/b:1, true",
        "reference q.io/b:1, q.io/a:1, q.io/a:1, false",
        "reference q.io/b@E, q.io/a:1, q.io/b@E, true",
        "in q.io/b, q.io/a:1, q.io/b:9, true",
        "in q.io/b, q.io/b:1, q.io/c:1, false",
        "remap m.io/x q.io/y, m.io/x/a:1, q.io/y/a:1, true",
        "remap m.io/x q.io/y, m.io/x/a:1, m.io/x/a:1, false",
        "remap m.io/x q.io/y, m.io/xy/a:1, m.io/xy/a:1, true",
        "remap m.io q.io, m.io/a@D, q.io/a:5, true",
        "remap m.io/a q.io/b, m.io/a:1, q.io/b:1, true",
    })
    void anIdentityAcceptsExactlyTheseNames(String words, String image, String signed, boolean accepted) {
        assertThat(identity(words).accepts(ImageReference.parse(text(image)), text(signed)))
                .isEqualTo(accepted);
    }

    @Test
    void scopesGoFromTheNameToTheDomainsAboveTheHost() {
        assertThat(PolicyScopes.of(ImageReference.parse("r.sub.example.com:5000/team/app:1")))
                .containsExactly(
                        "r.sub.example.com:5000/team/app:1",
                        "r.sub.example.com:5000/team/app",
                        "r.sub.example.com:5000/team",
                        "r.sub.example.com:5000",
                        "*.sub.example.com",
                        "*.example.com",
                        "*.com");
        assertThat(PolicyScopes.of(ImageReference.parse("busybox@" + DIGEST)))
                .containsExactly(
                        "docker.io/library/busybox@" + DIGEST,
                        "docker.io/library/busybox",
                        "docker.io/library",
                        "docker.io",
                        "*.io");
    }
}
