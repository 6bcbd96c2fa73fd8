package io.crius.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.image.trust.openpgp.OpenPgpKeys;
import io.crius.image.trust.openpgp.OpenPgpMessage;
import io.crius.image.trust.policy.KeyMaterial;
import io.crius.image.trust.policy.KeySource;
import io.crius.image.trust.policy.Requirement;
import io.crius.image.trust.policy.SignedIdentity;
import io.crius.image.trust.policy.SigstoreTrust;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.RejectedException;
import io.crius.image.trust.signature.SignedClaim;
import io.crius.image.trust.signature.SigstoreSignature;
import io.crius.image.trust.signature.SimpleSignature;
import io.crius.image.trust.sigstore.SigstoreCheck;
import io.crius.model.CriusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signatures and OpenPGP keys: an input is tried as one, as the other, and as the signed text.
 */
final class SignatureTarget implements Target {
    private static final String KEY =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaIOZxcAX4gHQMwvLskr6gF9dVw0L9jMfyrWMhNWkHqBvP5IfISiQ"
                    + "ic9jCBgDgTXxZGvmFbQW1yA5vRzgJnV4Lg==";

    @Override
    public String name() {
        return "signature";
    }

    @Override
    public void parse(byte[] input) throws RejectedException {
        List<RejectedException> refusals = new ArrayList<>();
        attempt(() -> OpenPgpKeys.read(List.of(new KeyMaterial("key", input))), refusals);
        attempt(() -> SignedClaim.parse(input, SignedClaim.Kind.SIMPLE), refusals);
        attempt(() -> SignedClaim.parse(input, SignedClaim.Kind.SIGSTORE), refusals);
        attempt(() -> signature(input), refusals);
        if (refusals.size() == 4) {
            throw refusals.getLast();
        }
    }

    private static void signature(byte[] input) throws RejectedException {
        switch (ImageSignature.of(input)) {
            case SimpleSignature simple -> OpenPgpMessage.parse(simple.blob());
            case SigstoreSignature sigstore -> {
                ImageSignature again = ImageSignature.of(sigstore.blob());
                if (!ImageSignature.of(again.blob()).equals(again)) {
                    throw new AssertionError("a signature is read as something else");
                }
                check(sigstore);
            }
        }
    }

    private interface Work {
        void run() throws RejectedException;
    }

    private static void attempt(Work work, List<RejectedException> refusals) {
        try {
            work.run();
        } catch (RejectedException e) {
            refusals.add(e);
        } catch (CriusException.InvalidArgument e) {
            refusals.add(new RejectedException(String.valueOf(e.getMessage()), e));
        }
    }

    private static void check(SigstoreSignature signature) throws RejectedException {
        String pem = "-----BEGIN PUBLIC KEY-----\n" + KEY + "\n-----END PUBLIC KEY-----\n";
        var keys = new KeySource(List.of(), List.of(Base64.getEncoder().encodeToString(pem.getBytes(UTF_8))));
        var identity = new SignedIdentity.MatchExact();
        new SigstoreCheck(
                        new Requirement.SigstoreSigned(
                                new SigstoreTrust.Fulcio(keys, "i", "e"), Optional.of(keys), identity),
                        Instant.EPOCH)
                .verified(signature);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(Target.texts("""
                {"critical":{"type":"atomic container signature","image":{"docker-manifest-digest":"sha256:%s"},
                "identity":{"docker-reference":"q.io/a:1"}},"optional":{"creator":"c","timestamp":1}}""".formatted("ab".repeat(32)), """
                -----BEGIN PGP PUBLIC KEY BLOCK-----

                mDMEZQAAABYJKwYBBAHaRw8BAQdAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC0AWE=
                -----END PGP PUBLIC KEY BLOCK-----
                """));
        seeds.add(new byte[] {
            (byte) 0x90, 13, 3, 0, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8, 1, (byte) 0xac, 7, 'b', 0, 0, 0, 0, 0, 'x'
        });
        seeds.add(new byte[] {(byte) 0xa3, 1, 0x78, (byte) 0x9c, 1, 2, 3});
        String bundle =
                "{\"SignedEntryTimestamp\":\"AAAA\",\"Payload\":{\"body\":\"e30=\",\"integratedTime\":1,\"logIndex\":2,"
                        + "\"logID\":\"ab\"}}";
        seeds.add(new SigstoreSignature(
                        SigstoreSignature.MIME_TYPE,
                        seeds.getFirst(),
                        Map.of(
                                "dev.cosignproject.cosign/signature",
                                "AAAA",
                                "dev.sigstore.cosign/bundle",
                                bundle,
                                "dev.sigstore.cosign/certificate",
                                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"))
                .blob());
        return seeds;
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(JsonTarget.WORDS);
        words.addAll(List.of(
                "\0sigstore-json\n",
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN PGP MESSAGE-----",
                "\u0090\r\u0003",
                "sha256:"));
        return words;
    }
}
