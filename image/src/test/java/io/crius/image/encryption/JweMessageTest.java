package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The messages were made by another implementation of JOSE (joserfc). */
class JweMessageTest {
    private final JsonObject vectors = vectors();

    private static JsonObject vectors() {
        try (InputStream in = Objects.requireNonNull(JweMessageTest.class.getResourceAsStream("/jwe-vectors.json"))) {
            return Json.parseObject(in.readAllBytes(), "vectors");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private PrivateKey key(String name) throws GeneralSecurityException {
        return Jwk.privateKey(vectors.requireObject("keys", "vectors").requireObject(name, "keys"));
    }

    private JsonObject message(String name) {
        return vectors.objects("messages").stream()
                .filter(one -> one.requireString("name", "message").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JweMessage parse(String text) {
        return JweMessage.parse(text.getBytes(UTF_8));
    }

    @Test
    void opensWhatOthersHaveMade() throws GeneralSecurityException {
        List<JsonObject> messages = vectors.objects("messages");
        assertThat(messages).hasSizeGreaterThan(9);
        for (JsonObject message : messages) {
            Optional<byte[]> text =
                    parse(message.requireString("message", "")).open(key(message.requireString("key", "")));
            assertThat(text)
                    .as(message.requireString("name", ""))
                    .hasValueSatisfying(
                            bytes -> assertThat(new String(bytes, UTF_8)).isEqualTo(message.requireString("text", "")));
        }
    }

    @Test
    void anotherKeyOpensNothing() throws GeneralSecurityException {
        for (JsonObject message : vectors.objects("messages")) {
            String own = message.requireString("key", "");
            for (String other : List.of("rsa", "P-256", "P-384", "P-521")) {
                boolean isMeant =
                        own.equals(other) || message.requireString("name", "").startsWith("general");
                if (!isMeant) {
                    assertThat(parse(message.requireString("message", "")).open(key(other)))
                            .as(message.requireString("name", "") + " with " + other)
                            .isEmpty();
                }
            }
        }
    }

    /** Each part of the compact form is covered: header, key, vector, text, tag. */
    @Test
    void noPartMayBeChanged() throws GeneralSecurityException {
        for (String name : List.of("compact RSA-OAEP A256GCM", "compact ECDH-ES+A256KW A256CBC-HS512")) {
            JsonObject message = message(name);
            String[] parts = message.requireString("message", "").split("\\.");
            for (int i = 1; i < parts.length; i++) {
                String[] changed = parts.clone();
                byte[] bytes = Base64.getUrlDecoder().decode(parts[i]);
                bytes[bytes.length / 2] ^= 1;
                changed[i] = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                assertThat(parse(String.join(".", changed)).open(key(message.requireString("key", ""))))
                        .as(name + " with another part " + i)
                        .isEmpty();
            }
            String header = new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8);
            parts[0] = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            header.replaceFirst("\\{", "{\"typ\":\"x\",").getBytes(UTF_8));
            assertThat(parse(String.join(".", parts)).open(key(message.requireString("key", ""))))
                    .isEmpty();
        }
    }

    @Test
    void additionalDataIsCovered() throws GeneralSecurityException {
        JsonObject message = Json.parseObject(message("flattened with aad").requireString("message", ""), "message");
        String other = Json.write(message.toBuilder().put("aad", "AAAA").build());
        assertThat(parse(other).open(key("rsa"))).isEmpty();
    }

    /** A point that is not on the curve would tell the private key bit by bit. */
    @Test
    void aPointBesideTheCurveIsRefused() throws GeneralSecurityException {
        String header = """
                {"alg":"ECDH-ES+A256KW","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AQ","y":"Ag"}}""";
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8));
        JsonObject fields = Json.parseObject(header, "header");
        assertThatThrownBy(() -> JweKey.unwrap(fields, new byte[40], key("P-256")))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("curve");
        assertThat(parse(text + "." + "A".repeat(54) + ".AAAAAAAAAAAAAAAA.AA.AA")
                        .open(key("P-256")))
                .isEmpty();
    }

    @Test
    void whatIsNoMessageIsRefusedWithAReason() {
        assertThatThrownBy(() -> parse("a.b.c"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("JWE: neither JSON nor five parts with dots between them");
        assertThatThrownBy(() -> parse("!.b.c.d.e")).hasMessageContaining("JWE: protected: ");
        assertThatThrownBy(() -> parse("{\"iv\":7}")).hasMessageContaining("iv: a string is needed");
        assertThatThrownBy(() -> parse("{\"iv\":\"\",\"iv\":\"\"}")).hasMessageContaining("iv");
        assertThatThrownBy(() -> parse("{\"unprotected\":{\"crit\":[\"x\"]}}"))
                .hasMessage("JWE: the critical headers are not known here");
        assertThatThrownBy(() -> parse("{\"recipients\":[" + "{},".repeat(64) + "{}]}"))
                .hasMessage("JWE: more than 64 recipients");
    }

    @Test
    void algorithmsThatAreNotKnownOpenNothing() throws GeneralSecurityException {
        for (String alg : List.of("dir", "RSA1_5", "A256KW", "none", "")) {
            String header = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(("{\"alg\":\"" + alg + "\",\"enc\":\"A256GCM\"}").getBytes(UTF_8));
            assertThat(parse(header + ".AA.AAAAAAAAAAAAAAAA.AA.AA").open(key("rsa")))
                    .as(alg)
                    .isEmpty();
        }
    }
}
