package io.crius.image.trust.sigstore;

import io.crius.image.trust.policy.KeyMaterial;
import io.crius.image.trust.policy.Requirement;
import io.crius.image.trust.policy.SigstoreTrust;
import io.crius.image.trust.signature.RejectedException;
import io.crius.image.trust.signature.SigstoreSignature;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** One requirement, checked for signatures one after the other. Immutable. */
public final class SigstoreCheck {
    private final Requirement.SigstoreSigned requirement;
    private final Instant now;

    public SigstoreCheck(Requirement.SigstoreSigned requirement, Instant now) {
        this.requirement = requirement;
        this.now = now;
    }

    /** The signed text, if those who are trusted have signed it. Blocks: reads key files. */
    public byte[] verified(SigstoreSignature signature) throws RejectedException {
        if (!signature.mimeType().equals(SigstoreSignature.MIME_TYPE)) {
            throw new RejectedException(
                    "its type is \"" + signature.mimeType() + "\", which is no claim about an image");
        }
        byte[] bytes = bytes(signature);
        switch (requirement.trust()) {
            case SigstoreTrust.Keys(var keys) -> requireKey(Pem.keys(keys.read()), signature, bytes);
            case SigstoreTrust.Fulcio fulcio -> requireFulcio(fulcio, signature, bytes);
            case SigstoreTrust.Pki pki -> {
                SignerCertificate signer = SignerCertificate.of(signature);
                signer.require(pki, now);
                requireSigned(signer.key(), signature, bytes);
            }
        }
        return signature.payload();
    }

    private static byte[] bytes(SigstoreSignature signature) throws RejectedException {
        String text = signature
                .annotation("dev.cosignproject.cosign/signature")
                .orElseThrow(() -> new RejectedException("it has no signature"));
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("its signature is not base64", e);
        }
    }

    private void requireKey(List<PublicKey> keys, SigstoreSignature signature, byte[] bytes) throws RejectedException {
        for (PublicKey key : keys) {
            if (KeySignature.isBy(key, signature.payload(), bytes)) {
                if (requirement.rekor().isPresent()) {
                    recorded(signature, bytes, key.getEncoded());
                }
                return;
            }
        }
        throw new RejectedException("it is not by one of the policy's keys, or does not fit its text");
    }

    /** Safety: the certificate lived for minutes; only the log's word says that it was alive when it signed. */
    private void requireFulcio(SigstoreTrust.Fulcio fulcio, SigstoreSignature signature, byte[] bytes)
            throws RejectedException {
        SignerCertificate signer = SignerCertificate.of(signature);
        signer.require(fulcio, recorded(signature, bytes, signer.der()));
        requireSigned(signer.key(), signature, bytes);
    }

    private static void requireSigned(PublicKey key, SigstoreSignature signature, byte[] bytes)
            throws RejectedException {
        if (!KeySignature.isBy(key, signature.payload(), bytes)) {
            throw new RejectedException("it is not by the key of its certificate, or does not fit its text");
        }
    }

    private Instant recorded(SigstoreSignature signature, byte[] bytes, byte[] der) throws RejectedException {
        List<KeyMaterial> logs = requirement
                .rekor()
                .orElseThrow(() -> new RejectedException("the policy has no Rekor key"))
                .read();
        String bundle = signature
                .annotation("dev.sigstore.cosign/bundle")
                .orElseThrow(() -> new RejectedException("it has no Rekor bundle, which the policy asks for"));
        return RekorEntry.parse(bundle).recorded(Pem.keys(logs), bytes, signature.payload(), der);
    }
}
