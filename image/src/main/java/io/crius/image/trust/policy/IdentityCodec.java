package io.crius.image.trust.policy;

import io.crius.model.CriusException;
import java.util.regex.Pattern;

/** The objects {@code signedIdentity} of policy.json. */
final class IdentityCodec {
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*(:[0-9]+)?");

    private IdentityCodec() {}

    /** Compat: without one it is matchRepoDigestOrExact. */
    static SignedIdentity read(StrictObject requirement, String key) {
        return requirement.has(key) ? read(requirement.child(key)) : new SignedIdentity.MatchRepoDigestOrExact();
    }

    static SignedIdentity read(StrictObject identity) {
        String type = identity.required("type");
        switch (type) {
            case "exactReference" -> identity.only("type", "dockerReference");
            case "exactRepository" -> identity.only("type", "dockerRepository");
            case "remapIdentity" -> identity.only("type", "prefix", "signedPrefix");
            default -> identity.only("type");
        }
        return switch (type) {
            case "matchExact" -> new SignedIdentity.MatchExact();
            case "matchRepoDigestOrExact" -> new SignedIdentity.MatchRepoDigestOrExact();
            case "matchRepository" -> new SignedIdentity.MatchRepository();
            case "exactReference" -> new SignedIdentity.ExactReference(reference(identity));
            case "exactRepository" -> new SignedIdentity.ExactRepository(repository(identity));
            case "remapIdentity" ->
                new SignedIdentity.RemapIdentity(prefix(identity, "prefix"), prefix(identity, "signedPrefix"));
            default -> throw identity.wrong("type \"" + type + "\" is unknown");
        };
    }

    private static String reference(StrictObject identity) {
        String text = identity.required("dockerReference");
        if (name(identity, text).isRepositoryOnly()) {
            throw identity.wrong("dockerReference \"" + text + "\" has neither tag nor digest");
        }
        return text;
    }

    private static String repository(StrictObject identity) {
        String text = identity.required("dockerRepository");
        name(identity, text);
        return text;
    }

    /** A host, or a repository or what is above one, written out in full. */
    private static String prefix(StrictObject identity, String key) {
        String text = identity.required(key);
        if (HOST.matcher(text).matches()) {
            return text;
        }
        if (!name(identity, text).full().equals(text)) {
            throw identity.wrong(key + " \"" + text + "\" is neither a host nor a repository written out in full");
        }
        if (!name(identity, text).isRepositoryOnly()) {
            throw identity.wrong(key + " \"" + text + "\" must not have a tag or digest");
        }
        return text;
    }

    private static SignedName name(StrictObject identity, String text) {
        try {
            return SignedName.parse(text);
        } catch (CriusException.InvalidArgument e) {
            throw identity.wrong(String.valueOf(e.getMessage()));
        }
    }
}
