package io.crius.image.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.image.fixture.CosignKey;
import io.crius.image.fixture.Tool;
import io.crius.image.trust.policy.KeySource;
import io.crius.image.trust.policy.Requirement;
import io.crius.image.trust.policy.SignedIdentity;
import io.crius.image.trust.policy.SigstoreTrust;
import io.crius.image.trust.signature.RejectedException;
import io.crius.image.trust.signature.SigstoreSignature;
import io.crius.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigstoreCheckTest {
    private static final byte[] PAYLOAD = CosignKey.payload("q.io/a:1", "sha256:" + "a".repeat(64));
    private static final String ISSUER = "https://login.example";
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    @TempDir
    Path folder;

    private final CosignKey log = CosignKey.make("EC");

    private static KeySource inline(String... pems) {
        List<String> texts = new ArrayList<>();
        for (String pem : pems) {
            texts.add(BASE64.encodeToString(pem.getBytes(UTF_8)));
        }
        return new KeySource(List.of(), texts);
    }

    private static SigstoreCheck check(SigstoreTrust trust, Optional<KeySource> rekor, Instant now) {
        return new SigstoreCheck(
                new Requirement.SigstoreSigned(trust, rekor, new SignedIdentity.MatchRepository()), now);
    }

    private static SigstoreCheck keys(CosignKey... keys) {
        String[] pems = List.of(keys).stream().map(CosignKey::publicPem).toArray(String[]::new);
        return check(new SigstoreTrust.Keys(inline(pems)), Optional.empty(), Instant.now());
    }

    private void refused(SigstoreCheck check, SigstoreSignature signature, String reason) {
        assertThatThrownBy(() -> check.verified(signature))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void aSignatureIsGoodForItsKeyAmongOthers(String algorithm) throws RejectedException {
        CosignKey key = CosignKey.make(algorithm);
        CosignKey other = CosignKey.make("EC");
        SigstoreSignature signature = key.signature(PAYLOAD, Map.of());
        assertThat(keys(other, key).verified(signature)).isEqualTo(PAYLOAD);
        refused(keys(other), signature, "it is not by one of the policy's keys, or does not fit its text");
    }

    @Test
    void whatIsNotASignatureIsRefused() {
        CosignKey key = CosignKey.make("EC");
        String name = "dev.cosignproject.cosign/signature";
        refused(keys(key), new SigstoreSignature("text/plain", PAYLOAD, Map.of()), "its type is \"text/plain\"");
        refused(keys(key), new SigstoreSignature(SigstoreSignature.MIME_TYPE, PAYLOAD, Map.of()), "no signature");
        refused(
                keys(key),
                new SigstoreSignature(SigstoreSignature.MIME_TYPE, PAYLOAD, Map.of(name, "?")),
                "its signature is not base64");
        refused(
                keys(key),
                new SigstoreSignature(SigstoreSignature.MIME_TYPE, PAYLOAD, Map.of(name, "AAAA")),
                "not by one of the policy's keys");
    }

    @Test
    void aKeyFileThatIsNoneIsNamed() {
        SigstoreSignature signature = CosignKey.make("EC").signature(PAYLOAD, Map.of());
        KeySource missing = new KeySource(List.of(folder.resolve("k.pub")), List.of());
        refused(
                check(new SigstoreTrust.Keys(missing), Optional.empty(), Instant.now()),
                signature,
                "key file " + folder.resolve("k.pub") + " does not exist");
        refused(
                check(new SigstoreTrust.Keys(inline("none")), Optional.empty(), Instant.now()),
                signature,
                "has no PEM block PUBLIC KEY");
        refused(
                check(
                        new SigstoreTrust.Keys(inline(CosignKey.pem("PUBLIC KEY", new byte[] {1, 2}))),
                        Optional.empty(),
                        Instant.now()),
                signature,
                "neither an ECDSA nor an RSA nor an Ed25519 public key");
    }

    // ---- the log

    /** What a log with that key says about a signature. */
    private static String bundle(CosignKey log, byte[] signature, byte[] payload, String pem, Instant when) {
        String body = BASE64.encodeToString("""
                {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"%s"}},\
                "signature":{"content":"%s","publicKey":{"content":"%s"}}}}""".formatted(
                        Digest.sha256Of(payload).hex(),
                        BASE64.encodeToString(signature),
                        BASE64.encodeToString(pem.getBytes(UTF_8)))
                .getBytes(UTF_8));
        String canonical = "{\"body\":\"" + body + "\",\"integratedTime\":" + when.getEpochSecond()
                + ",\"logID\":\"abc\",\"logIndex\":7}";
        String promise = BASE64.encodeToString(log.sign(canonical.getBytes(UTF_8)));
        return "{\"SignedEntryTimestamp\":\"" + promise + "\",\"Payload\":{\"logIndex\":7,\"logID\":\"abc\",\"body\":\""
                + body + "\",\"integratedTime\":" + when.getEpochSecond() + "}}";
    }

    private static SigstoreSignature with(SigstoreSignature signature, String bundle) {
        return new SigstoreSignature(
                signature.mimeType(),
                signature.payload(),
                Map.of(
                        "dev.cosignproject.cosign/signature",
                        signature
                                .annotation("dev.cosignproject.cosign/signature")
                                .orElseThrow(),
                        "dev.sigstore.cosign/bundle",
                        bundle));
    }

    private static byte[] bytes(SigstoreSignature signature) {
        return Base64.getDecoder()
                .decode(signature
                        .annotation("dev.cosignproject.cosign/signature")
                        .orElseThrow());
    }

    @Test
    void whereAPolicyNamesALogTheLogMustHaveRecordedTheSignature() throws RejectedException {
        CosignKey key = CosignKey.make("EC");
        SigstoreSignature bare = key.signature(PAYLOAD, Map.of());
        SigstoreCheck check = check(
                new SigstoreTrust.Keys(inline(key.publicPem())), Optional.of(inline(log.publicPem())), Instant.now());
        String good = bundle(log, bytes(bare), PAYLOAD, key.publicPem(), Instant.now());
        assertThat(check.verified(with(bare, good))).isEqualTo(PAYLOAD);
        refused(check, bare, "no Rekor bundle");
        refused(check, with(bare, "{}"), "its Rekor bundle: ");
        refused(
                check,
                with(bare, bundle(CosignKey.make("EC"), bytes(bare), PAYLOAD, key.publicPem(), Instant.now())),
                "not signed by one of the policy's log keys");
        refused(check, with(bare, good.replace("\"logIndex\":7", "\"logIndex\":8")), "not signed by one of");
        refused(
                check,
                with(bare, bundle(log, new byte[] {1}, PAYLOAD, key.publicPem(), Instant.now())),
                "about another signature");
        refused(
                check,
                with(bare, bundle(log, bytes(bare), new byte[] {1}, key.publicPem(), Instant.now())),
                "about another text");
        String other = CosignKey.make("EC").publicPem();
        refused(
                check,
                with(bare, bundle(log, bytes(bare), PAYLOAD, other, Instant.now())),
                "another key or certificate");
    }

    // ---- certificates, made by openssl

    private String authority(String name) throws IOException {
        assumeTrue(Tool.isInstalled("openssl"), "openssl is not installed");
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "3650",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt");
        return Files.readString(folder.resolve(name + ".crt"));
    }

    private void openssl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Tool.run(folder, command);
    }

    /** A certificate by that authority, with a key in PKCS #8 beside it. */
    private String certificate(String authority, String name, String extensions) throws IOException {
        Files.writeString(folder.resolve(name + ".ext"), extensions);
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                authority + ".crt",
                "-CAkey",
                authority + ".key",
                "-CAcreateserial",
                "-days",
                "1",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".crt");
        return Files.readString(folder.resolve(name + ".crt"));
    }

    private byte[] sign(String name) throws Exception {
        List<byte[]> key = Pem.blocks(Files.readAllBytes(folder.resolve(name + ".key")), "PRIVATE KEY");
        PrivateKey own = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key.getFirst()));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(own);
        signature.update(PAYLOAD);
        return signature.sign();
    }

    private static SigstoreSignature certified(byte[] signature, String certificate, Map<String, String> more) {
        Map<String, String> annotations = new HashMap<>(more);
        annotations.put("dev.cosignproject.cosign/signature", BASE64.encodeToString(signature));
        annotations.put("dev.sigstore.cosign/certificate", certificate);
        return new SigstoreSignature(SigstoreSignature.MIME_TYPE, PAYLOAD, annotations);
    }

    private static final String SIGNER = """
            extendedKeyUsage=codeSigning
            subjectAltName=critical,email:dev@example.com
            1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:https://login.example
            """;

    private SigstoreSignature recorded(byte[] signature, String certificate, Instant when) {
        String bundle = bundle(log, signature, PAYLOAD, certificate, when);
        return certified(signature, certificate, Map.of("dev.sigstore.cosign/bundle", bundle));
    }

    private SigstoreCheck fulcio(String authority, String issuer, String email) {
        return check(
                new SigstoreTrust.Fulcio(inline(authority), issuer, email),
                Optional.of(inline(log.publicPem())),
                // The certificate is long over now; it counts when the log saw it.
                Instant.now().plus(Duration.ofDays(300)));
    }

    @Test
    void aLoginIsVouchedForByFulcioAtTheTimeThatTheLogTells() throws Exception {
        String authority = authority("fulcio");
        String certificate = certificate("fulcio", "dev", SIGNER);
        byte[] signature = sign("dev");
        SigstoreSignature good = recorded(signature, certificate, Instant.now().plusSeconds(60));
        assertThat(fulcio(authority, ISSUER, "dev@example.com").verified(good)).isEqualTo(PAYLOAD);
        refused(
                fulcio(authority, ISSUER, "ops@example.com"),
                good,
                "its signer is [dev@example.com] and not ops@example.com");
        refused(fulcio(authority, "https://other", "dev@example.com"), good, "and not by \"https://other\"");
        refused(fulcio(authority("evil"), ISSUER, "dev@example.com"), good, "does not lead to the policy's authority");
        refused(
                fulcio(authority, ISSUER, "dev@example.com"),
                recorded(signature, certificate, Instant.now().plus(Duration.ofDays(20))),
                "does not lead to the policy's authority");
        refused(
                fulcio(authority, ISSUER, "dev@example.com"),
                certified(signature, certificate, Map.of()),
                "it has no Rekor bundle");
        refused(
                fulcio(authority, ISSUER, "dev@example.com"),
                recorded(
                        CosignKey.make("EC").sign(PAYLOAD),
                        certificate,
                        Instant.now().plusSeconds(60)),
                "not by the key of its certificate");
    }

    @Test
    void theOldIssuerExtensionIsReadAsWellAndMayNotDisagree() throws Exception {
        String authority = authority("fulcio");
        String old = "1.3.6.1.4.1.57264.1.1=DER:"
                + java.util.HexFormat.ofDelimiter(":").formatHex(ISSUER.getBytes(UTF_8));
        String noIssuer = SIGNER.replaceAll("1\\.3\\.6.*\n", "");
        String certificate = certificate("fulcio", "old", noIssuer + old + "\n");
        Instant soon = Instant.now().plusSeconds(60);
        assertThat(fulcio(authority, ISSUER, "dev@example.com").verified(recorded(sign("old"), certificate, soon)))
                .isEqualTo(PAYLOAD);
        String two = certificate("fulcio", "two", SIGNER.replace("login", "evil") + old + "\n");
        refused(fulcio(authority, ISSUER, "dev@example.com"), recorded(sign("two"), two, soon), "names two issuers");
        String none = certificate("fulcio", "none", noIssuer);
        refused(fulcio(authority, ISSUER, "dev@example.com"), recorded(sign("none"), none, soon), "names no issuer");
        String web = certificate("fulcio", "web", SIGNER.replace("codeSigning", "serverAuth"));
        refused(fulcio(authority, ISSUER, "dev@example.com"), recorded(sign("web"), web, soon), "not for code signing");
    }

    @Test
    void theSitesOwnAuthorityMayVouchForHostsAndPeople() throws Exception {
        String root = authority("root");
        String middle = certificate("root", "middle", "basicConstraints=critical,CA:true\n");
        String leaf = certificate("middle", "leaf", """
                extendedKeyUsage=codeSigning
                subjectAltName=email:dev@example.com,DNS:*.build.example.com
                """);
        byte[] signature = sign("leaf");
        SigstoreSignature bare = certified(signature, leaf, Map.of());
        SigstoreSignature chained = certified(signature, leaf, Map.of("dev.sigstore.cosign/chain", middle));
        assertThat(pki(root, "", "dev@example.com", "").verified(chained)).isEqualTo(PAYLOAD);
        assertThat(pki(root, middle, "", "a.build.example.com").verified(bare)).isEqualTo(PAYLOAD);
        refused(pki(root, "", "dev@example.com", ""), bare, "does not lead to the policy's authority");
        refused(pki(root, middle, "dev@example.com", "a.b.build.example.com"), bare, "and not a.b.build.example.com");
        refused(pki(root, middle, "ops@example.com", ""), bare, "and not ops@example.com");
        refused(pki(root, middle, "", "build.example.com"), bare, "and not build.example.com");
    }

    private static SigstoreCheck pki(String root, String middle, String email, String host) {
        return check(
                new SigstoreTrust.Pki(
                        inline(root),
                        Optional.of(middle).filter(text -> !text.isEmpty()).map(SigstoreCheckTest::inline),
                        Optional.of(email).filter(text -> !text.isEmpty()),
                        Optional.of(host).filter(text -> !text.isEmpty())),
                Optional.empty(),
                Instant.now().plusSeconds(60));
    }
}
