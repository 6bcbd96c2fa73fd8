package io.crius.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final URI REALM = URI.create("https://auth.example/token");

    @Test
    void whatAFormHoldsGoesToNoOtherPlace() {
        Request elsewhere = Request.post(REALM, "refresh_token=secret")
                .with("Authorization", "Basic c2VjcmV0")
                .redirectedTo(URI.create("https://other.example/token"));

        assertThat(elsewhere.method()).isEqualTo(Request.Method.GET);
        assertThat(elsewhere.form()).isEmpty();
        assertThat(elsewhere.headers()).isEmpty();
    }

    @Test
    void aFormFollowsWithinItsPlace() {
        Request next = Request.post(REALM, "refresh_token=secret").redirectedTo(REALM.resolve("/v2/token"));

        assertThat(next.method()).isEqualTo(Request.Method.POST);
        assertThat(next.form()).contains("refresh_token=secret");
    }
}
