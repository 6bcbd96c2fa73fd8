package io.crius.image.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.image.fixture.EncryptedImage;
import io.crius.image.fixture.Gpg;
import io.crius.image.fixture.Tool;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
    private static final KeyPair PAIR = EncryptedImage.rsa();

    @TempDir
    Path folder;

    private Path keys = Path.of("/");

    @BeforeEach
    void prepare() throws IOException {
        keys = Files.createDirectory(folder.resolve("keys"));
    }

    private DecryptionKeys read() {
        return new KeyFolder(() -> keys).read();
    }

    private void openssl(String... arguments) {
        assumeTrue(Tool.isInstalled("openssl"), "openssl makes the keys of this test");
        String[] command = new String[arguments.length + 1];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Tool.run(keys, command);
        // What openssl said is no key.
        try (var files = Files.newDirectoryStream(keys, "tool*.out")) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noFolderAndAnEmptyOneMeanNoKeys() throws IOException {
        assertThat(read().size()).isZero();
        Files.delete(keys);
        assertThat(read().size()).isZero();
        assertThat(read().toString()).isEqualTo("0 keys in " + keys);
    }

    @Test
    void keysOfAllFormsAreFoundInFoldersBelowToo() throws IOException {
        openssl("genrsa", "-out", "pkcs8.pem", "2048");
        openssl("genrsa", "-traditional", "-out", "pkcs1.pem", "2048");
        openssl("rsa", "-in", "pkcs1.pem", "-outform", "DER", "-traditional", "-out", "pkcs1.der");
        openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "sec1.pem");
        openssl("ec", "-in", "sec1.pem", "-outform", "DER", "-out", "sec1.der");
        openssl("req", "-new", "-x509", "-key", "pkcs8.pem", "-subj", "/CN=x", "-out", "cert.pem");
        Path below = Files.createDirectories(keys.resolve("a/b"));
        Files.write(below.resolve("pkcs8.der"), PAIR.getPrivate().getEncoded());
        try (InputStream in = Objects.requireNonNull(KeyFolderTest.class.getResourceAsStream("/jwe-vectors.json"))) {
            JsonObject vectors = Json.parseObject(in.readAllBytes(), "vectors").requireObject("keys", "vectors");
            Files.write(below.resolve("rsa.jwk"), Json.writeBytes(vectors.requireObject("rsa", "keys")));
            Files.write(below.resolve("ec.jwk"), Json.writeBytes(vectors.requireObject("P-521", "keys")));
        }
        DecryptionKeys found = read();
        assertThat(found.privateKeys()).hasSize(8);
        assertThat(found.privateKeys().stream().filter(key -> key.getAlgorithm().equals("EC")))
                .hasSize(3);
        assertThat(found.openPgp()).isEmpty();
        assertThat(found.toString()).isEqualTo("8 keys in " + keys);
    }

    @Test
    void secretKeysOfOpenPgpAreFoundUnlessTheyNeedAPassphrase() throws IOException {
        assumeTrue(Tool.isInstalled("gpg"), "gpg makes the keys of this test");
        try (var gpg = Gpg.in(folder.resolve("g"))) {
            gpg.gpg("--quick-gen-key", "plain@test", "rsa2048", "default", "never");
            gpg.gpg("--armor", "--output", keys.resolve("plain.asc").toString(), "--export-secret-keys", "plain@test");
            gpg.gpg("--output", keys.resolve("plain.gpg").toString(), "--export-secret-keys", "plain@test");
            assertThat(read().openPgp()).hasSize(2).allMatch(one -> one.size() >= 1);
            Tool.run(
                    folder,
                    gpg.command(
                            "gpg",
                            "--batch",
                            "--no-tty",
                            "--quiet",
                            "--pinentry-mode",
                            "loopback",
                            "--passphrase",
                            "word",
                            "--quick-gen-key",
                            "locked@test",
                            "rsa2048",
                            "default",
                            "never"));
            Tool.run(
                    folder,
                    gpg.command(
                            "gpg",
                            "--batch",
                            "--no-tty",
                            "--quiet",
                            "--pinentry-mode",
                            "loopback",
                            "--passphrase",
                            "word",
                            "--output",
                            keys.resolve("locked.gpg").toString(),
                            "--export-secret-keys",
                            "locked@test"));
            assertThatThrownBy(this::read)
                    .isInstanceOf(CriusException.FailedPrecondition.class)
                    .hasMessage("decryption key file " + keys.resolve("locked.gpg")
                            + " cannot be used: its OpenPGP keys need a passphrase; export them without one; mend or"
                            + " remove it");
        }
    }

    @Test
    void symbolicLinksAreRefused() throws IOException {
        Path real = Files.writeString(folder.resolve("real.pem"), EncryptedImage.pem(PAIR));
        Path link = Files.createSymbolicLink(keys.resolve("link.pem"), real);
        assertThatThrownBy(this::read)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage(
                        "decryption keys: " + link + ": symbolic links are not allowed here; put a copy in its place");
        Files.delete(link);
        Path toFolder = Files.createSymbolicLink(keys.resolve("more"), folder);
        assertThatThrownBy(this::read).hasMessageContaining(toFolder + ": symbolic links are not allowed");
    }

    @Test
    void whatIsNoKeyIsNamedAndNotShown() throws IOException {
        Path file = Files.writeString(keys.resolve("notes"), "the password is geheim");
        assertRefused(file, "it is no private key in PEM, DER or JSON (JWK), no certificate and no secret OpenPGP key");
        Files.writeString(file, "{\"kty\":\"RSA\",\"n\":\"geheim!\"}");
        assertRefused(file, "\"n\" of the JSON key is missing or damaged");
        Files.writeString(file, "{\"kty\":\"RSA\",\"geheim");
        assertRefused(file, "it is not well-formed JSON");
        Files.writeString(file, "{\"kty\":\"oct\",\"k\":\"geheim\"}");
        assertRefused(file, "the JSON key is neither RSA nor EC");
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----\ngeheim==\n-----END PRIVATE KEY-----\n");
        assertRefused(file, "the private key is ");
        Files.writeString(
                file, "-----BEGIN ENCRYPTED PRIVATE KEY-----\ngeheim==\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertRefused(file, "the private key has a password, and nobody could type it");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(this::read).hasMessageContaining(file + ": a file of more than 1048576 bytes is no key");
    }

    private void assertRefused(Path file, String why) {
        assertThatThrownBy(this::read)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith("decryption key file " + file + " cannot be used: " + why)
                .hasMessageEndingWith("; mend or remove it")
                .hasMessageNotContaining("geheim")
                .hasNoCause();
    }

    @Test
    void aFolderThatIsAFileAndOnePackedWithFilesAreRefused() throws IOException {
        byte[] key = PAIR.getPrivate().getEncoded();
        for (int i = 0; i < 257; i++) {
            Files.write(keys.resolve("key" + i), key);
        }
        assertThatThrownBy(this::read).hasMessageContaining("more than 256 files are in it");
        keys = keys.resolve("key0");
        assertThatThrownBy(this::read).hasMessage("decryption keys: " + keys + ": it is no folder");
    }

    @Test
    void aPipeIsNotWaitedFor() {
        assumeTrue(Tool.isInstalled("mkfifo"), "mkfifo makes the pipe of this test");
        Tool.run(folder, "mkfifo", keys.resolve("pipe").toString());
        assertThatThrownBy(this::read).hasMessageContaining("pipe: it is neither a file nor a folder");
    }
}
