package io.crius.image.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RequestAuthTest {
    private static RequestAuth auth(String user, String password, String auth, String server) {
        return new RequestAuth(user, password, auth, server, "", "");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void userAndPasswordAreTakenAsTheyAre() {
        assertThat(auth("kube", "let:me", "", "").forRegistry("r.example"))
                .isEqualTo(new Credentials.UserPassword("kube", "let:me"));
    }

    @Test
    void theEncodedPairWinsAndEndsBeforeZeroBytes() {
        assertThat(auth("other", "x", base64("kube:let:me\0\0"), "").forRegistry("r.example"))
                .isEqualTo(new Credentials.UserPassword("kube", "let:me"));
    }

    @Test
    void credentialsForAnotherServerAreNotShown() {
        assertThat(auth("kube", "x", "", "https://other.example/v1/").forRegistry("r.example"))
                .isEqualTo(Credentials.NONE);
        assertThat(auth("kube", "x", "", "https://r.example/v2/").forRegistry("r.example"))
                .isNotEqualTo(Credentials.NONE);
        assertThat(auth("kube", "x", "", "https://index.docker.io/v1/").forRegistry("docker.io"))
                .isNotEqualTo(Credentials.NONE);
    }

    @Test
    void tokensCountWhereThereIsNoUser() {
        assertThat(new RequestAuth("", "", "", "", "refresh", "").forRegistry("r.example"))
                .isEqualTo(new Credentials.IdentityToken("refresh"));
        assertThat(new RequestAuth("", "", "", "", "refresh", "access").forRegistry("r.example"))
                .isEqualTo(new Credentials.RegistryToken("access"));
        assertThat(RequestAuth.NONE.forRegistry("r.example")).isEqualTo(Credentials.NONE);
    }

    @Test
    void aDamagedPairIsRefusedWithoutBeingQuoted() {
        assertThatThrownBy(() -> auth("", "", "secret!!", "").forRegistry("r.example"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("not base64")
                .hasMessageNotContaining("secret");
    }

    @Test
    void noTextShowsASecret() {
        var full = new RequestAuth("u", "hidden1", base64("u:hidden2"), "", "hidden3", "hidden4");
        assertThat(full.toString()).doesNotContain("hidden").doesNotContain(base64("u:hidden2"));
        assertThat(new Credentials.UserPassword("u", "hidden").toString()).doesNotContain("hidden");
        assertThat(new Credentials.IdentityToken("hidden").toString()).doesNotContain("hidden");
        assertThat(new Credentials.RegistryToken("hidden").toString()).doesNotContain("hidden");
    }
}
