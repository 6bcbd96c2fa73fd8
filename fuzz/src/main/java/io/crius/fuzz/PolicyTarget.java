package io.crius.fuzz;

import io.crius.image.trust.policy.PolicyCodec;
import io.crius.image.trust.policy.Requirement;
import io.crius.image.trust.policy.TrustPolicy;
import io.crius.model.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** policy.json: what is accepted requires something of every image, and refusals name the file. */
final class PolicyTarget implements Target {
    private static final List<ImageReference> IMAGES = List.of(
            ImageReference.parse("busybox"),
            ImageReference.parse("r.example.com:5000/team/app@sha256:" + "ab".repeat(32)));

    @Override
    public String name() {
        return "policy";
    }

    @Override
    public void parse(byte[] input) {
        TrustPolicy policy = PolicyCodec.parse("/p.json", input);
        for (ImageReference image : IMAGES) {
            List<Requirement> requirements = policy.requirements(image).requirements();
            if (requirements.isEmpty()) {
                throw new AssertionError("nothing is required of " + image);
            }
            requirements.forEach(requirement -> use(requirement, image));
        }
    }

    private static void use(Requirement requirement, ImageReference image) {
        requirement.words();
        if (requirement instanceof Requirement.SignedBy by) {
            by.identity().accepts(image, "quay.io/a:1");
        }
        if (requirement instanceof Requirement.SigstoreSigned by) {
            by.identity().accepts(image, "quay.io/a@sha256:" + "ab".repeat(32));
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts("""
                {"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}],
                "*.example.com":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"matchExact"}}],
                "r.example.com:5000":[{"type":"signedBy","keyType":"GPGKeys","keyPaths":["/a","/b"]}]},"dir":{"/":[{"type":"reject"}]}}}""", """
                {"default":[{"type":"sigstoreSigned","keyData":"YQ==","rekorPublicKeyDatas":["YQ=="],
                "signedIdentity":{"type":"remapIdentity","prefix":"r.example.com:5000","signedPrefix":"quay.io/x"}},
                {"type":"signedBaseLayer","baseLayerIdentity":{"type":"exactReference","dockerReference":"a/b:1"}}]}""", """
                {"default":[{"type":"sigstoreSigned","fulcio":{"caData":"YQ==","oidcIssuer":"i","subjectEmail":"e"},
                "rekorPublicKeyPath":"/r"},{"type":"sigstoreSigned","pki":{"caRootsPath":"/c","caIntermediatesData":"YQ==",
                "subjectHostname":"h"},"signedIdentity":{"type":"exactRepository","dockerRepository":"a/b"}}]}""");
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(JsonTarget.WORDS);
        words.addAll(List.of(
                "\"type\"",
                "\"docker\"",
                "\"keyPath\"",
                "\"keyDatas\"",
                "\"matchRepository\"",
                "\"signedPrefix\"",
                "busybox",
                "r.example.com",
                "docker.io/library/",
                "\\u0000",
                "\"reject\""));
        return words;
    }
}
