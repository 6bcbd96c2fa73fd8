package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.EncryptedImage;
import io.crius.image.fixture.TestImage;
import io.crius.model.CriusException;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.ManifestType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageKeysTest {
    private static final KeyPair OURS = EncryptedImage.rsa();
    private static final KeyPair THEIRS = EncryptedImage.rsa();
    private static final String JWE = "org.opencontainers.image.enc.keys.jwe";

    @TempDir
    Path folder;

    private final TestImage plain = new TestImage().layer("one".getBytes(UTF_8)).layer("two".getBytes(UTF_8));
    private final EncryptedImage image = EncryptedImage.of(plain, OURS.getPublic());

    @BeforeEach
    void ownKey() throws IOException {
        Files.writeString(folder.resolve("own.pem"), EncryptedImage.pem(OURS));
    }

    private ImageKeys unwrap() {
        var manifest = (ImageManifest) Manifest.parse(image.manifest(), ManifestType.OCI_MANIFEST);
        return ImageKeys.unwrap(manifest, new KeyFolder(() -> folder));
    }

    private String first(String text) {
        return "decrypting layer 0 (" + image.layer(0).digest() + "): " + text;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void eachEncryptedLayerHasItsKey() throws IOException {
        Files.writeString(folder.resolve("another.pem"), EncryptedImage.pem(THEIRS));
        ImageKeys keys = unwrap();
        assertThat(keys.isEmpty()).isFalse();
        assertThat(keys.of(0)).isPresent().isNotEqualTo(keys.of(1));
        assertThat(keys.of(1)).isPresent();
        assertThat(keys.of(2)).isEmpty();
    }

    @Test
    void theFolderIsNotReadForAnImageWithoutEncryption() throws IOException {
        Files.writeString(folder.resolve("bad"), "bad");
        var manifest = (ImageManifest) Manifest.parse(plain.manifest(), ManifestType.OCI_MANIFEST);
        assertThat(ImageKeys.unwrap(manifest, new KeyFolder(() -> folder)).isEmpty())
                .isTrue();
    }

    @Test
    void withoutKeysTheLayerAndTheFolderAreNamed() throws IOException {
        Files.delete(folder.resolve("own.pem"));
        assertThatThrownBy(this::unwrap)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage(first(
                        "missing private key needed for decryption: its key is wrapped for [jwe], and no key is in "
                                + folder));
    }

    @Test
    void whereNoKeyFitsTheErrorSaysHowManyThereAre() throws IOException {
        Files.writeString(folder.resolve("own.pem"), EncryptedImage.pem(THEIRS));
        assertThatThrownBy(this::unwrap)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage(first("none of the private keys could be used for decryption: its key is wrapped for [jwe];"
                        + " tried in vain: 1 key in " + folder));
    }

    @Test
    void oneOfSeveralMessagesIsEnough() throws Exception {
        String good = image.layer(0).annotations().get(JWE);
        String others = base64(EncryptedImage.jwe("x", THEIRS.getPublic()));
        image.annotate(0, JWE, others + "," + good);
        image.annotate(0, "org.opencontainers.image.enc.keys.provider.vault", "AAAA");
        image.annotate(0, "org.opencontainers.image.enc.keys.pgp", "!");
        image.annotate(0, "org.opencontainers.image.enc.keys.pkcs7", "AAAA");
        assertThat(unwrap().of(0)).isPresent();
        image.annotate(0, JWE, others);
        assertThatThrownBy(this::unwrap)
                .hasMessageContaining("wrapped for [jwe, pgp, pkcs7, provider.vault]")
                .hasMessageContaining("pgp: annotation of pgp is not base64")
                .hasMessageContaining("pkcs7: the CMS message ")
                .hasMessageContaining("\"provider.vault\" is not supported");
    }

    @Test
    void damagedAnnotationsAreRefused() {
        image.annotate(0, "org.opencontainers.image.enc.pubopts", base64("{\"cipher\":\"ROT13\"}"));
        assertThatThrownBy(this::unwrap)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage(first("cipher \"ROT13\" is not known; only AES_256_CTR_HMAC_SHA256 is"));
        image.annotate(0, "org.opencontainers.image.enc.pubopts", "?");
        assertThatThrownBy(this::unwrap).hasMessage(first("annotation of pubopts is not base64"));
        image.annotate(0, JWE, base64("{\"geheim\":1,"));
        assertThatThrownBy(this::unwrap)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("(jwe: JWE: invalid JSON at line 1");
    }

    @Test
    void aLayerWithoutAnyWrappedKeyIsRefused() {
        image.annotate(0, JWE, "");
        assertThatThrownBy(this::unwrap).hasMessageContaining("none of the private keys");
        var bare = new TestImage().layer("x".getBytes(UTF_8));
        String text = new String(bare.manifest(), UTF_8).replace("tar+gzip", "tar+gzip+encrypted");
        var manifest = (ImageManifest) Manifest.parse(text.getBytes(UTF_8), ManifestType.OCI_MANIFEST);
        assertThatThrownBy(() -> ImageKeys.unwrap(manifest, new KeyFolder(() -> folder)))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("no annotation org.opencontainers.image.enc.keys.* is there");
    }

    @Test
    void privateKeysAreNotUsedWithoutEnd() throws Exception {
        String recipients =
                String.join(",", Collections.nCopies(64, "{\"header\":{\"alg\":\"x\"},\"encrypted_key\":\"\"}"));
        String many = base64("{\"recipients\":[" + recipients + "]}");
        image.annotate(0, JWE, String.join(",", Collections.nCopies(65, many)));
        assertThatThrownBy(this::unwrap)
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessageStartingWith(first("its keys are wrapped so often"));
    }
}
