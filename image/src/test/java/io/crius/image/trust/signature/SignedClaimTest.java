package io.crius.image.trust.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedClaimTest {
    private static final String GOOD = """
            {'critical':{'type':'atomic container signature','image':{'docker-manifest-digest':'sha256:%s'},
            'identity':{'docker-reference':'q.io/a:1'}},'optional':{'creator':'c','timestamp':1,'more':[]}}""".formatted("a".repeat(64));

    private static SignedClaim parse(String json, SignedClaim.Kind kind) throws RejectedException {
        return SignedClaim.parse(json.replace('\'', '"').getBytes(UTF_8), kind);
    }

    @Test
    void aClaimNamesAnImageAndItsManifest() throws RejectedException {
        assertThat(parse(GOOD, SignedClaim.Kind.SIMPLE))
                .isEqualTo(new SignedClaim("q.io/a:1", new Digest("sha256", "a".repeat(64))));
    }

    @Test
    void inSigstoreTheOptionalPartMayBeMissingOrNull() throws RejectedException {
        String cosign = GOOD.replace("atomic container", "cosign container image");
        int optional = cosign.indexOf(",'optional'");
        assertThat(parse(cosign.substring(0, optional) + ",'optional':null}", SignedClaim.Kind.SIGSTORE)
                        .reference())
                .isEqualTo("q.io/a:1");
        assertThat(parse(cosign.substring(0, optional) + "}", SignedClaim.Kind.SIGSTORE)
                        .reference())
                .isEqualTo("q.io/a:1");
        assertThatThrownBy(() -> parse(GOOD, SignedClaim.Kind.SIGSTORE))
                .hasMessageContaining("type is \"atomic container signature\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'critical':{| 'critical':{'until':'tomorrow',| unknown key \"until\"",
                "'optional':{| 'else':1,'optional':{| unknown key \"else\"",
                "'optional':{| 'optional':{'creator':1,| creator",
                "sha256:| md5:| digest algorithm \"md5\" is not supported",
                "atomic container signature| something| type is \"something\"",
                "'identity'| 'identify'| unknown key \"identify\"",
                "'image':{| 'image':{'x':1,| unknown key \"x\"",
                "'docker-reference':'q.io/a:1'| 'docker-reference':'q.io/a:1','docker-reference':'q.io/b:1'| stands twice",
            })
    void aClaimThatMayMeanMoreIsRefused(String what, String instead, String message) {
        assertThatThrownBy(() -> parse(GOOD.replace(what, instead.strip()), SignedClaim.Kind.SIMPLE))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void theFormOfASignatureIsToldByItsFirstByte() {
        var sigstore = new SigstoreSignature("m", new byte[] {1, 2}, Map.of("k", "v", "a", "b"));
        assertThat(ImageSignature.of(sigstore.blob())).isEqualTo(sigstore);
        assertThat(new String(sigstore.blob(), UTF_8))
                .isEqualTo(
                        "\0sigstore-json\n{\"mimeType\":\"m\",\"payload\":\"AQI=\",\"annotations\":{\"a\":\"b\",\"k\":\"v\"}}");
        assertThat(ImageSignature.of(new byte[] {(byte) 0xa3, 1})).isInstanceOf(SimpleSignature.class);
        assertThat(ImageSignature.of(new byte[] {(byte) 0xc4, 1})).isInstanceOf(SimpleSignature.class);
        for (byte[] unknown : new byte[][] {{}, {'{'}, {0, 1}, {(byte) 0xcb}}) {
            assertThatThrownBy(() -> ImageSignature.of(unknown)).isInstanceOf(CriusException.InvalidArgument.class);
        }
    }
}
