package io.crius.image.trust.policy;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of a policy.json.
 *
 * <p>Compat: containers-policy.json(5): {@code {"default":[{"type":"reject"}],"transports":{"docker":{"quay.io/team":[{"type":
 * "signedBy","keyType":"GPGKeys","keyPath":"/etc/keys/team.gpg"}]}}}}. Unknown and repeated keys and empty lists are refused,
 * since a policy that is half understood protects nobody. Requirements of other transports than docker are checked and then
 * forgotten: images come from registries only.
 */
public final class PolicyCodec {
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT
            .withDocumentBytes(4 << 20)
            .withDepth(16)
            .withDuplicateKeys(JsonLimits.DuplicateKeys.REFUSED);

    private PolicyCodec() {}

    /**
     * @param origin the file, with which messages begin
     * @throws CriusException.FailedPrecondition the text is no policy; says where and why
     */
    public static TrustPolicy parse(String origin, byte[] json) {
        JsonObject root;
        try {
            root = Json.parseObject(json, origin, LIMITS);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.FailedPrecondition(String.valueOf(e.getMessage()), e);
        }
        StrictObject policy = new StrictObject(origin, root).only("default", "transports");
        List<Requirement> fallback = requirements(policy, "default");
        return new TrustPolicy(origin, fallback, docker(policy));
    }

    private static Map<String, List<Requirement>> docker(StrictObject policy) {
        if (policy.object().value("transports").isEmpty()) {
            return Map.of();
        }
        StrictObject transports = policy.child("transports");
        Map<String, List<Requirement>> docker = Map.of();
        for (String transport : transports.object().fields().keySet()) {
            Map<String, List<Requirement>> scopes = scopes(transports.child(transport));
            if (transport.equals("docker")) {
                docker = scopes;
            }
        }
        return docker;
    }

    private static Map<String, List<Requirement>> scopes(StrictObject transport) {
        Map<String, List<Requirement>> scopes = new LinkedHashMap<>();
        for (String scope : transport.object().fields().keySet()) {
            scopes.put(scope, requirements(transport, scope));
        }
        return scopes;
    }

    private static List<Requirement> requirements(StrictObject object, String key) {
        if (!object.has(key)) {
            throw object.wrong("\"" + key + "\" is missing");
        }
        List<Requirement> requirements = new ArrayList<>();
        for (JsonValue item : object.items(key)) {
            String place = object.place() + ": \"" + key + "\"[" + requirements.size() + "]";
            requirements.add(RequirementCodec.read(StrictObject.of(place, item)));
        }
        return requirements;
    }
}
