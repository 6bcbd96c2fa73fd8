package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.fuzz.Target;
import io.crius.image.encryption.envelope.CmsEnvelope;
import io.crius.image.encryption.envelope.OpenPgpSecrets;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Descriptor;
import io.crius.oci.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comes with an encrypted layer: its key, wrapped in JWE, CMS or OpenPGP; the public options; the manifest. And files of
 * the key folder. An input is tried as all of them.
 */
public final class EncryptionTarget implements Target {
    private static final String RSA_KEY =
            "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBANa75Cxm4Q96avtG0mgpy9iN0RLI9dwCZIFh4G9EMCLbGBmH6aNX"
                    + "akLWXSaPg4QWgwwFMKuI84KY+/Skd6CK1C2cDpOZuiBkfLas9mOFKUt3zmgI8tHOfE71cz9KzZWDospXMVqJ32U4sANqjgK8R1zn"
                    + "GwSkft/yaCj40FQrHnpDAgMBAAECgYEAnD91pRVq+D9Ebvi2i1K2YCm5EukldORMy5QzoeLE/+faXmF2EQO/b0jZ2QAeW1OiIXH5"
                    + "Wye4wLOeygGOhkPeZMhukcM9HDSux7SO5nAw96GEaLIKiBKCzQTvvYDm0HARJ3S0NzOlbbvzE8pfuBuwqYea/rUBcLBhnuisUZpf"
                    + "NzkCQQDqp/twKrCyytFdF2ieBFq71sXS4LIrXUPDQp4pboUWLLQFeVmKq75b2Y7FOuNKGoHWCCv4W5VbZ3rHx5hfrAf9AkEA6kQE"
                    + "D8bfbS3KIVniA8me2S591pq5yfC+jF5dhJ6XXeaRM4YL8DRhPnZEYyr8jhIB6npRxtr0YtIbyNw6grp/PwJBAL9f+s+S8YMPqEpc"
                    + "0gS1lm5FjhcbDBQTvzUbOrSdn0rjcHpaaq2OvfRY7XhrO31vOt6c0Yd+4cOnFFqkrN+yBN0CQCvo68n5QM+6EXUG3/JNzFRw/m1H"
                    + "OyO62Dx/Q5AkGcMkAHtj2MEBUGjgyhi8afJHNcy5eLKJP911/Hc9sEnoowkCQQCm33kd0jMXDsEDS07C1safeoaUi0kT4wmqnkl+"
                    + "KSjPwKOdtZDbtYEoyhWS+1yaZFDuy8WPSWBLe99sa/pQxSYV";
    private static final String EC_KEY =
            "{\"crv\":\"P-256\",\"x\":\"ObBiJt0rMBrUEvKDkp7y5Uauy5-YmI0VrPpfpZURGrE\",\"y\":\"FEaDOTZK8MVqJkY3896jvy20H7b2gS"
                    + "zyuP6jvZmXzSM\",\"d\":\"W9GOVQ1VEFq0ppdz-EP4S8JysVSt5T6bV3EZs_mPAzQ\",\"kty\":\"EC\"}";
    private static final String PGP_KEY =
            "lFgEawoOjxYJKwYBBAHaRw8BAQdAu6TacJ/XECYPhIOGPO7UrWiavYOd/17cg+AzRWQK9y0AAP9BYa7iFiPUSzIXMdZBZyYAgVQr"
                    + "5VXVAb9qf1etpizzeQ6htAhFIDxlMkB0PoiQBBMWCAA4FiEEu3X4VCoduKJOq2Ra35Iys8z+QNwFAmsKDo8CGwMFCwkIBwIGFQoJ"
                    + "CAsCBBYCAwECHgECF4AACgkQ35Iys8z+QNzqJQEAm7s6A/drxusFMOaPlqWEWcufIQpidoTBicMMj9VSgjsA/AnFaisO4BHpxlGV"
                    + "01luj592NGG3psLFblxnGu4MiZwPnF0EawoOjxIKKwYBBAGXVQEFAQEHQEEL0c92CY+Y6Sy4GccOnF3FtYPbG2yU0QAkLu6hjXMf"
                    + "AwEIBwAA/1BGApSWtZCVGsLODm8u/6F3cApXY5DCiPynjEFepMG4EQCIeAQYFggAIBYhBLt1+FQqHbiiTqtkWt+SMrPM/kDcBQJr"
                    + "Cg6PAhsMAAoJEN+SMrPM/kDcjuQBAJI6NPUNsrebF5i0vqDQkzoiQkXuHUWeq18j73kQ3YliAQCXWtOnSr1QNRatRFk0ewzlZptW"
                    + "bkNgMHjKxvAKhkISBw==";
    private static final String JWE =
            "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00iLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSIsImVwayI6"
                    + "eyJjcnYiOiJQLTI1NiIsIngiOiJZWnNZZmpJS3dqeC1EdWJlTUdYWVNXbGxVZEJEWTFJWjB0ME5OX2IzOTJVIiwieSI6IlY1b2Zv"
                    + "YlM5ZlBSSHFaMWwyc1ZNWGFLUlpGMG5UdnRrTHlnSVpUTXJmekUiLCJrdHkiOiJFQyJ9fQ.mt3tybkTBMDk0-ZXt4CXZIENBfvl4"
                    + "xsEouL22paA8aDeOHQ48koDDQ.8ZjBI5tOnZs4v3Fa.LDIU0VMVCw.GE54O7kA8fY86fQD-HL79g";
    private static final String CMS =
            "MIIB3QYJKoZIhvcNAQcDoIIBzjCCAcoCAQAxgbwwgbkCAQAwJDAMMQowCAYDVQQDDAF4AhRBxJOMkLASX62Wc2XobV92hzGv5jAL"
                    + "BgkqhkiG9w0BAQEEgYAHPD3MxOU9qm3fP1V8zQMgsfhjae+zwTDDdKF9W8VtEJACPyKgqCIDWtqtu1UC0XY2Zvjc+gyXy99kEQNx"
                    + "rlVpjPXUQplIK5a1+ML/FEwcj3vdLqNZCYflUXaCYMP9Ihp6hobamhqf9iiNBu7Q/Af53a0T6LmRpysgahiPhppRbjCCAQQGCSqG"
                    + "SIb3DQEHATAgBglghkgBZQMEAQYQEzARhAzJIpDWNRjPRsfTsAsCARCggdQEgdHFqOR0QEDcm+v2LNR8tCY2xxlJen4zy/m44cBK"
                    + "giF1ikdHLcpSPuws8ghibG3gRIajREH+IVQrsNBo7YkTPGk5lEttWeFlBQxvQbBXWXPAkRtzU/MgRjaEHLku1hJk9wphFcz+3wCZ"
                    + "P86U1Lsr/IJvpZdTcMLNxWMwMEO9Y/li6vmPqrykCg/ybIVLIi58W9oCpAU+V36IWjNMhGJT4mEHJjTybopXIh+/Wj9aH20/ydyn"
                    + "UZHwGy0OwqfuxhWhW7QcPHQ7DeMwV73H2wjb1fKRUA==";
    private static final String PGP =
            "hF4DgWxx/SxeEHwSAQdAnamDp+0kQVOqq587dzvmKB2y+LpobirhLaQkiXpP9mww3ZOoUClx5lL0Mdssc2uAtX8rPhaOAjELPbST"
                    + "6ta8qVwYJ79eOfVUn7/HreLc/4Y60kkB3BqwutAkJIxh/1v/wCIXVOhtBvJXJ9raor7b5O3k58Pn7wgK8zceOH0calJZ0wfGBJtP"
                    + "fFWUJaTVRfbSOX16EedkLhbePKH6";

    private static final String SECRET = """
            {"symkey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","digest":"","cipheroptions":{"nonce":"AAAAAAAAAAAAAAAAAAAAAA=="}}""";
    private static final String OPEN = """
            {"cipher":"AES_256_CTR_HMAC_SHA256","hmac":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","cipheroptions":{}}""";

    private final DecryptionKeys keys = DecryptionKeys.of(
            Path.of("/keys"),
            List.of(
                    KeyFile.parse("rsa", decoded(RSA_KEY)),
                    KeyFile.parse("ec", EC_KEY.getBytes(UTF_8)),
                    KeyFile.parse("pgp", decoded(PGP_KEY))));

    @Override
    public String name() {
        return "encryption";
    }

    private interface Work {
        void run() throws IOException;
    }

    @Override
    public void parse(byte[] input) throws IOException {
        List<Exception> refusals = new ArrayList<>();
        List<Work> forms = List.of(
                () -> KeyFile.parse("file", input),
                () -> jwe(input),
                () -> cms(input),
                () -> openPgp(input),
                () -> LayerKey.parse(input, OPEN.getBytes(UTF_8)),
                () -> layer(LayerKey.parse(SECRET.getBytes(UTF_8), input)),
                () -> annotation(input),
                () -> manifest(input));
        for (Work form : forms) {
            attempt(form, refusals);
        }
        if (refusals.size() == forms.size()) {
            throw new IOException(
                    "it is nothing of all that: " + refusals.getLast().getMessage());
        }
    }

    private static void attempt(Work form, List<Exception> refusals) throws IOException {
        try {
            form.run();
        } catch (CriusException | IOException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("refused without a message", e);
            }
            refusals.add(e);
        }
    }

    private void jwe(byte[] input) {
        JweMessage message = JweMessage.parse(input);
        for (PrivateKey key : keys.privateKeys()) {
            message.open(key);
        }
    }

    private void cms(byte[] input) throws IOException {
        CmsEnvelope message = CmsEnvelope.parse(input);
        for (PrivateKey key : keys.privateKeys()) {
            message.open(key);
        }
    }

    private void openPgp(byte[] input) throws IOException {
        for (OpenPgpSecrets secrets : keys.openPgp()) {
            secrets.open(input);
        }
    }

    private static void layer(LayerKey key) throws IOException {
        try {
            key.decrypt(new ByteArrayInputStream(new byte[100])).drain();
        } catch (CriusException.DataLoss _) {
            // No input has the code of these bytes.
        }
    }

    private void annotation(byte[] input) {
        Map<String, String> annotations = Map.of(
                "org.opencontainers.image.enc.keys.jwe", new String(input, ISO_8859_1),
                "org.opencontainers.image.enc.keys.pgp", Base64.getEncoder().encodeToString(input),
                "org.opencontainers.image.enc.pubopts", Base64.getEncoder().encodeToString(OPEN.getBytes(UTF_8)));
        var layer =
                new Descriptor("layer+encrypted", Digest.sha256Of(input), 1, List.of(), annotations, Optional.empty());
        new WrappedKeys(layer, keys, new Effort()).unwrap();
    }

    private static void manifest(byte[] input) {
        byte[] written = DecryptedManifest.of(input, Map.of(0, new DecryptedManifest.Layer(Digest.sha256Of(input), 1)));
        Json.parseObject(written, "manifest");
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(Target.texts(
                JWE,
                SECRET,
                OPEN,
                EC_KEY,
                "{\"protected\":\"eyJlbmMiOiJBMjU2R0NNIn0\",\"recipients\":[{\"header\":{\"alg\":\"RSA-OAEP\"},"
                        + "\"encrypted_key\":\"AAAA\"}],\"iv\":\"AAAAAAAAAAAAAAAA\",\"ciphertext\":\"AAAA\","
                        + "\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"aad\":\"AA\"}",
                "-----BEGIN PRIVATE KEY-----\n" + RSA_KEY + "\n-----END PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"c\",\"digest\":\"d\",\"size\":1},\"layers\":[{\"mediaType\":"
                        + "\"l+encrypted\",\"digest\":\"e\",\"size\":2,\"annotations\":{\"a\":\"<\"}}]}"));
        for (String binary : List.of(RSA_KEY, PGP_KEY, CMS, PGP)) {
            seeds.add(decoded(binary));
        }
        return seeds;
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"",
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                ".",
                "\"alg\"",
                "\"enc\"",
                "\"epk\"",
                "\"crit\"",
                "\"zip\":\"DEF\"",
                "\"kty\"",
                "RSA-OAEP",
                "ECDH-ES+A128KW",
                "A256GCM",
                "A128CBC-HS256",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PGP PRIVATE KEY BLOCK-----",
                "\u0000",
                "0\u0082",
                "\u0084^\u0003");
    }
}
