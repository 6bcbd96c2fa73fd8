package io.crius.image.trust;

import io.crius.image.trust.openpgp.OpenPgpKeys;
import io.crius.image.trust.openpgp.OpenPgpMessage;
import io.crius.image.trust.policy.Requirement;
import io.crius.image.trust.policy.SignedIdentity;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.RejectedException;
import io.crius.image.trust.signature.SignedClaim;
import io.crius.image.trust.signature.SigstoreSignature;
import io.crius.image.trust.signature.SimpleSignature;
import io.crius.image.trust.sigstore.SigstoreCheck;
import io.crius.model.CriusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Puts the requirements of one policy to one image. */
final class Judge {
    /** Compat: how kubelet recognises this kind of failure, and how containers/image begins. */
    private static final String REFUSED = "SignatureValidationFailed: Source image rejected: ";

    /** Looks at one signature and returns the text that was signed. */
    @FunctionalInterface
    private interface Check<S extends ImageSignature> {
        byte[] verified(S signature) throws RejectedException;
    }

    private final Subject subject;
    private final Supplier<List<ImageSignature>> signatures;
    private final Instant now;

    /** @param signatures asked only where a requirement needs one; may block and fail */
    Judge(Subject subject, Supplier<List<ImageSignature>> signatures, Instant now) {
        this.subject = subject;
        this.signatures = signatures;
        this.now = now;
    }

    /** All requirements have to be met; throws {@link CriusException.PermissionDenied} naming the first that is not. */
    void require(TrustPolicy.Applied applied) {
        for (Requirement requirement : applied.requirements()) {
            try {
                require(requirement);
            } catch (RejectedException e) {
                throw new CriusException.PermissionDenied(
                        REFUSED + e.reason() + " (requirement " + requirement.words() + " of " + applied.scope()
                                + ", image " + subject + ")",
                        e);
            }
        }
    }

    private void require(Requirement requirement) throws RejectedException {
        switch (requirement) {
            case Requirement.AcceptAnything _ -> {}
            case Requirement.Reject _ ->
                throw new RejectedException("Running image " + subject + " is rejected by policy.");
            case Requirement.SignedBaseLayer _ ->
                throw new RejectedException("signedBaseLayer cannot be checked by anybody; use signedBy");
            case Requirement.SignedBy by -> requireSimple(by);
            case Requirement.SigstoreSigned by -> requireSigstore(by);
        }
    }

    private void requireSimple(Requirement.SignedBy by) throws RejectedException {
        if (!by.keyType().equals("GPGKeys")) {
            throw new RejectedException("keyType \"" + by.keyType() + "\" cannot be checked; use GPGKeys");
        }
        List<SimpleSignature> found = found(SimpleSignature.class);
        OpenPgpKeys keys = OpenPgpKeys.read(by.keys().read());
        requireOne(
                found,
                SignedClaim.Kind.SIMPLE,
                by.identity(),
                signature -> OpenPgpMessage.parse(signature.blob()).verified(keys, now));
    }

    private void requireSigstore(Requirement.SigstoreSigned by) throws RejectedException {
        var check = new SigstoreCheck(by, now);
        requireOne(found(SigstoreSignature.class), SignedClaim.Kind.SIGSTORE, by.identity(), check::verified);
    }

    private <S extends ImageSignature> List<S> found(Class<S> kind) throws RejectedException {
        List<S> found = signatures.get().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
        if (found.isEmpty()) {
            throw new RejectedException("A signature was required, but no signature exists");
        }
        return found;
    }

    private <S extends ImageSignature> void requireOne(
            List<S> found, SignedClaim.Kind kind, SignedIdentity identity, Check<S> check) throws RejectedException {
        List<String> reasons = new ArrayList<>();
        for (S signature : found) {
            try {
                requireClaim(SignedClaim.parse(check.verified(signature), kind), identity);
                return;
            } catch (RejectedException e) {
                reasons.add(e.reason());
            }
        }
        throw new RejectedException(
                reasons.size() == 1
                        ? "Its signature was not accepted: " + reasons.getFirst()
                        : "None of its " + reasons.size() + " signatures were accepted: " + String.join("; ", reasons));
    }

    private void requireClaim(SignedClaim claim, SignedIdentity identity) throws RejectedException {
        if (!identity.accepts(subject.reference(), claim.reference())) {
            throw new RejectedException("it was made for \"" + claim.reference() + "\"");
        }
        if (!subject.has(claim.manifest())) {
            throw new RejectedException("it was made for digest " + claim.manifest());
        }
    }
}
