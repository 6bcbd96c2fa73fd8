package io.crius.image.trust.policy;

import java.util.List;
import java.util.Optional;

/** The objects of policy.json that are requirements. */
final class RequirementCodec {
    private static final String IDENTITY = "signedIdentity";
    private static final List<String> KEY_TYPES =
            List.of("GPGKeys", "signedByGPGKeys", "X509Certificates", "signedByX509CAs");

    private RequirementCodec() {}

    static Requirement read(StrictObject requirement) {
        String type = requirement.required("type");
        return switch (type) {
            case "insecureAcceptAnything" -> {
                requirement.only("type");
                yield new Requirement.AcceptAnything();
            }
            case "reject" -> {
                requirement.only("type");
                yield new Requirement.Reject();
            }
            case "signedBy" -> signedBy(requirement);
            case "signedBaseLayer" -> {
                requirement.only("type", "baseLayerIdentity");
                yield new Requirement.SignedBaseLayer(IdentityCodec.read(requirement.child("baseLayerIdentity")));
            }
            case "sigstoreSigned" -> sigstoreSigned(requirement);
            default -> throw requirement.wrong("type \"" + type + "\" is unknown");
        };
    }

    private static Requirement signedBy(StrictObject requirement) {
        requirement.only("type", "keyType", "keyPath", "keyPaths", "keyData", IDENTITY);
        String keyType = requirement.required("keyType");
        if (!KEY_TYPES.contains(keyType)) {
            throw requirement.wrong("keyType \"" + keyType + "\" is unknown; use GPGKeys");
        }
        return new Requirement.SignedBy(
                keyType, KeyCodec.required(requirement, "key"), IdentityCodec.read(requirement, IDENTITY));
    }

    private static Requirement sigstoreSigned(StrictObject requirement) {
        requirement.only(
                "type",
                "keyPath",
                "keyPaths",
                "keyData",
                "keyDatas",
                "fulcio",
                "pki",
                "rekorPublicKeyPath",
                "rekorPublicKeyPaths",
                "rekorPublicKeyData",
                "rekorPublicKeyDatas",
                IDENTITY);
        SigstoreTrust trust = trust(requirement);
        Optional<KeySource> rekor = KeyCodec.optional(requirement, "rekorPublicKey");
        if (trust instanceof SigstoreTrust.Fulcio && rekor.isEmpty()) {
            throw requirement.wrong("fulcio needs a rekorPublicKey...: without a log nobody knows when it was signed");
        }
        if (trust instanceof SigstoreTrust.Pki && rekor.isPresent()) {
            throw requirement.wrong("pki and a rekorPublicKey... cannot be combined");
        }
        return new Requirement.SigstoreSigned(trust, rekor, IdentityCodec.read(requirement, IDENTITY));
    }

    private static SigstoreTrust trust(StrictObject requirement) {
        Optional<KeySource> keys = KeyCodec.optional(requirement, "key");
        int given = (keys.isPresent() ? 1 : 0) + (requirement.has("fulcio") ? 1 : 0) + (requirement.has("pki") ? 1 : 0);
        if (given != 1) {
            throw requirement.wrong("exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, pki is needed");
        }
        if (keys.isPresent()) {
            return new SigstoreTrust.Keys(keys.get());
        }
        return requirement.has("fulcio") ? fulcio(requirement.child("fulcio")) : pki(requirement.child("pki"));
    }

    private static SigstoreTrust fulcio(StrictObject fulcio) {
        fulcio.only("caPath", "caData", "oidcIssuer", "subjectEmail");
        return new SigstoreTrust.Fulcio(
                KeyCodec.required(fulcio, "ca"), fulcio.required("oidcIssuer"), fulcio.required("subjectEmail"));
    }

    private static SigstoreTrust pki(StrictObject pki) {
        pki.only(
                "caRootsPath",
                "caRootsData",
                "caIntermediatesPath",
                "caIntermediatesData",
                "subjectEmail",
                "subjectHostname");
        Optional<String> email = pki.optional("subjectEmail");
        Optional<String> hostname = pki.optional("subjectHostname");
        if (email.isEmpty() && hostname.isEmpty()) {
            throw pki.wrong("one of subjectEmail, subjectHostname is needed");
        }
        return new SigstoreTrust.Pki(
                KeyCodec.required(pki, "caRoots"), KeyCodec.optional(pki, "caIntermediates"), email, hostname);
    }
}
