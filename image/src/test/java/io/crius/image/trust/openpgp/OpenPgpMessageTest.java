package io.crius.image.trust.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.image.fixture.Gpg;
import io.crius.image.fixture.Tool;
import io.crius.image.trust.policy.KeyMaterial;
import io.crius.image.trust.signature.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that GnuPG signed. */
class OpenPgpMessageTest {
    private static final byte[] TEXT = "what is signed".getBytes(UTF_8);

    @TempDir
    static Path folder;

    private static final List<Gpg> OPENED = new ArrayList<>();

    private static Gpg gpg() {
        return OPENED.getFirst();
    }

    @BeforeAll
    static void makeKeys() throws IOException {
        assumeTrue(Tool.isInstalled("gpg"), "gpg is not installed");
        OPENED.add(Gpg.in(folder.resolve("g")));
        gpg().key("rsa@test", "rsa2048", "never");
        gpg().key("ed25519@test", "ed25519", "never");
        gpg().key("nistp256@test", "nistp256", "never");
        gpg().key("short@test", "ed25519", "1d");
        gpg().key("sub@test", "ed25519", "never");
        gpg().gpg("--quick-add-key", gpg().fingerprint("sub@test"), "ed25519", "sign", "never");
    }

    @AfterAll
    static void endAgent() {
        OPENED.forEach(Gpg::close);
    }

    private static OpenPgpKeys keys(String user, String... options) throws RejectedException, IOException {
        Path file = gpg().export(user, user + ".gpg", options);
        return OpenPgpKeys.read(List.of(new KeyMaterial(file.toString(), Files.readAllBytes(file))));
    }

    private static byte[] verified(byte[] message, OpenPgpKeys keys) throws RejectedException {
        return OpenPgpMessage.parse(message).verified(keys, Instant.now());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa@test", "ed25519@test", "nistp256@test", "sub@test"})
    void aMessageIsGoodForTheKeyThatSignedIt(String user) throws Exception {
        byte[] message = gpg().sign(user, TEXT);
        assertThat(verified(message, keys(user))).isEqualTo(TEXT);
        assertThat(verified(message, keys(user, "--armor"))).isEqualTo(TEXT);
        assertThat(verified(gpg().sign(user, TEXT, "--compress-algo", "none"), keys(user)))
                .isEqualTo(TEXT);
    }

    @Test
    void aFileMayHoldSeveralKeys() throws Exception {
        var all = new java.io.ByteArrayOutputStream();
        for (String user : List.of("rsa@test", "ed25519@test")) {
            all.writeBytes(Files.readAllBytes(gpg().export(user, "armored", "--armor")));
        }
        OpenPgpKeys keys = OpenPgpKeys.read(List.of(new KeyMaterial("both", all.toByteArray())));
        assertThat(verified(gpg().sign("rsa@test", TEXT), keys)).isEqualTo(TEXT);
        assertThat(verified(gpg().sign("ed25519@test", TEXT), keys)).isEqualTo(TEXT);
    }

    @Test
    void theSignatureOfAnotherKeyIsRefusedByName() throws Exception {
        byte[] message = gpg().sign("rsa@test", TEXT);
        String id = gpg().fingerprint("rsa@test");
        assertThatThrownBy(() -> verified(message, keys("ed25519@test")))
                .isInstanceOf(RejectedException.class)
                .hasMessage("it is signed by key " + id.substring(id.length() - 16)
                        + ", which is not one of the policy's keys");
    }

    @Test
    void aChangedTextIsRefused() throws Exception {
        byte[] message = gpg().sign("rsa@test", TEXT, "--compress-algo", "none");
        int at = new String(message, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("signed");
        message[at] = 'S';
        assertThatThrownBy(() -> verified(message, keys("rsa@test")))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith("does not fit its text");
    }

    @Test
    void anExpiredKeyIsRefusedAsGnuPgDoes() throws Exception {
        byte[] message = gpg().sign("short@test", TEXT);
        OpenPgpKeys keys = keys("short@test");
        assertThat(OpenPgpMessage.parse(message).verified(keys, Instant.now())).isEqualTo(TEXT);
        assertThatThrownBy(() -> OpenPgpMessage.parse(message)
                        .verified(keys, Instant.now().plus(Duration.ofDays(2))))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith("which has expired");
    }

    @Test
    void aRevokedKeyIsRefused() throws Exception {
        String fingerprint = gpg().key("revoked@test", "ed25519", "never");
        byte[] message = gpg().sign("revoked@test", TEXT);
        Path certificate = folder.resolve("g/openpgp-revocs.d/" + fingerprint + ".rev");
        Path usable = Files.writeString(
                folder.resolve("revocation"), Files.readString(certificate).replace(":-----BEGIN", "-----BEGIN"));
        gpg().gpg("--import", usable.toString());
        assertThatThrownBy(() -> verified(message, keys("revoked@test")))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith("which is revoked");
    }

    @Test
    void anExpiredSignatureIsRefused() throws Exception {
        byte[] message = gpg().sign("rsa@test", TEXT, "--default-sig-expire", "1d");
        assertThatThrownBy(() -> OpenPgpMessage.parse(message)
                        .verified(keys("rsa@test"), Instant.now().plus(Duration.ofDays(2))))
                .isInstanceOf(RejectedException.class)
                .hasMessage("the OpenPGP signature has expired");
    }

    @Test
    void weakHashesAreRefused() throws Exception {
        byte[] message = gpg().sign("rsa@test", TEXT, "--digest-algo", "SHA1");
        assertThatThrownBy(() -> verified(message, keys("rsa@test")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("too weak");
    }

    @Test
    void onlyOneSignatureOverOneTextIsTaken() throws Exception {
        byte[] one = gpg().sign("rsa@test", TEXT);
        assertFollowed(one, one);
        byte[] both = gpg().sign("rsa@test", TEXT, "-u", "ed25519@test");
        assertThatThrownBy(() -> verified(both, keys("rsa@test"))).hasMessageContaining("exactly one signature");
        byte[] detached = gpg().sign("rsa@test", TEXT, "--detach-sign");
        assertThatThrownBy(() -> verified(detached, keys("rsa@test"))).hasMessageContaining("no text in it");
        byte[] clear = gpg().sign("rsa@test", TEXT, "--clearsign");
        assertThatThrownBy(() -> verified(clear, keys("rsa@test"))).isInstanceOf(RejectedException.class);
    }

    /** Compressed packets have no length of their own, so what follows one looks like a part of it. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "zip", "zlib", "bzip2"})
    void nothingFollowsAMessageHoweverItIsCompressed(String compression) throws Exception {
        byte[] message = gpg().sign("ed25519@test", TEXT, "--compress-algo", compression);
        assertThat(verified(message, keys("ed25519@test"))).isEqualTo(TEXT);
        assertFollowed(message, message);
        assertFollowed(message, new byte[] {0});
        assertFollowed(message, new byte[] {0, 0, 0});
        assertFollowed(message, new byte[5000]);
    }

    private void assertFollowed(byte[] message, byte[] more) {
        byte[] both = Arrays.copyOf(message, message.length + more.length);
        System.arraycopy(more, 0, both, message.length, more.length);
        assertThatThrownBy(() -> verified(both, keys("ed25519@test")))
                .as("%d bytes after it", more.length)
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("something follows");
    }

    @Test
    void aBombOfTextIsRefusedBeforeItIsUnpacked() throws Exception {
        byte[] message = gpg().sign("rsa@test", new byte[5 << 20]);
        assertThat(message).hasSizeLessThan(100_000);
        assertThatThrownBy(() -> OpenPgpMessage.parse(message)).hasMessageContaining("larger than");
    }

    @Test
    void aFileWithoutAKeyIsNamed() {
        for (String content : List.of("", "no key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n")) {
            assertThatThrownBy(() -> OpenPgpKeys.read(List.of(new KeyMaterial("/k.gpg", content.getBytes(UTF_8)))))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageStartingWith("key file /k.gpg ");
        }
    }
}
