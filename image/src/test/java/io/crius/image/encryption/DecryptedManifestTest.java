package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.Digest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecryptedManifestTest {
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);
    private static final String C = "sha256:" + "c".repeat(64);

    private static String decrypted(String manifest, int layer) {
        var plain = new DecryptedManifest.Layer(Digest.parse(C), 7);
        return new String(DecryptedManifest.of(manifest.getBytes(UTF_8), Map.of(layer, plain)), UTF_8);
    }

    /** What skopeo 1.9 stores for such a manifest. */
    @Test
    void onlyTheDecryptedLayerChanges() {
        assertThat(decrypted("""
                {"annotations": {"z": "<a> & b", "b": "\\u2028"}, "extra": {"x": 1}, "mediaType": "m", "schemaVersion": 2,
                 "config": {"size": 3, "mediaType": "c", "digest": "%s", "annotations": {"c": "d"}, "urls": []},
                 "layers": [
                  {"mediaType": "l.tar+gzip+encrypted", "digest": "%s", "size": 9, "annotations": {"z": "1", "keep": "me",
                   "org.opencontainers.image.enc.keys.jwe": "x", "org.opencontainers.image.enc.pubopts": "y"}, "data": "AA=="},
                  {"digest": "%s", "mediaType": "l.tar", "size": 8, "urls": ["u"], "platform": {"os": "linux"}}]}""".formatted(A, A, B), 0)).isEqualTo("""
                {"schemaVersion":2,"mediaType":"m",\
                "config":{"mediaType":"c","digest":"%s","size":3,"annotations":{"c":"d"}},\
                "layers":[{"mediaType":"l.tar+gzip","digest":"%s","size":7,"annotations":{"keep":"me","z":"1"}},\
                {"mediaType":"l.tar","digest":"%s","size":8,"urls":["u"]}],\
                "annotations":{"b":"\\u2028","z":"\\u003ca\\u003e \\u0026 b"}}""".formatted(A, C, B));
    }

    @Test
    void annotationsThatWereOnlyThereForTheKeyAreGone() {
        assertThat(decrypted("""
                {"schemaVersion":2,"artifactType":"t","config":{"mediaType":"c","digest":"%s","size":3,"platform":{"variant":"v8",\
                "os":"linux","architecture":"arm64","x":"y"}},"layers":[{"mediaType":"l+encrypted","digest":"%s","size":9,\
                "annotations":{"org.opencontainers.image.enc.keys.jwe":"x"}}],"subject":{"mediaType":"s","digest":"%s","size":1}}""".formatted(A, A, B), 0)).isEqualTo("""
                {"schemaVersion":2,"artifactType":"t","config":{"mediaType":"c","digest":"%s","size":3,\
                "platform":{"architecture":"arm64","os":"linux","variant":"v8"}},\
                "layers":[{"mediaType":"l","digest":"%s","size":7}],\
                "subject":{"mediaType":"s","digest":"%s","size":1}}""".formatted(A, C, B));
    }
}
