package io.crius.image.trust.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyCodecTest {
    private static TrustPolicy parse(String json) {
        return PolicyCodec.parse("/p.json", json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Requirement requirement(String json) {
        return parse("{'default':[" + json + "]}").fallback().getFirst();
    }

    @Test
    void theMostSpecificScopeDecidesAndOnlyThat() {
        TrustPolicy policy = parse("""
                {'default':[{'type':'reject'}],'transports':{'docker':{
                  '':[{'type':'insecureAcceptAnything'}],
                  '*.example.com':[{'type':'reject'},{'type':'insecureAcceptAnything'}],
                  'r.example.com:5000/team':[{'type':'insecureAcceptAnything'}]},
                  'docker-daemon':{'':[{'type':'reject'}]}}}""");
        assertThat(policy.requirements(ImageReference.parse("r.example.com:5000/team/app:1")))
                .isEqualTo(new TrustPolicy.Applied(
                        "scope \"r.example.com:5000/team\" of transport docker in /p.json",
                        List.of(new Requirement.AcceptAnything())));
        assertThat(policy.requirements(ImageReference.parse("r.example.com/team/app:1"))
                        .requirements())
                .hasSize(2);
        assertThat(policy.requirements(ImageReference.parse("busybox")).scope())
                .isEqualTo("scope \"\" of transport docker in /p.json");
        assertThat(parse("{'default':[{'type':'reject'}]}")
                        .requirements(ImageReference.parse("busybox"))
                        .scope())
                .isEqualTo("the default of /p.json");
    }

    @Test
    void everyRequirementIsReadWithItsKeysAndIdentity() {
        assertThat(requirement("{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k.gpg'}"))
                .isEqualTo(new Requirement.SignedBy(
                        "GPGKeys",
                        new KeySource(List.of(Path.of("/k.gpg")), List.of()),
                        new SignedIdentity.MatchRepoDigestOrExact()));
        assertThat(requirement("""
                {'type':'signedBy','keyType':'GPGKeys','keyPaths':['/a','/b'],
                 'signedIdentity':{'type':'remapIdentity','prefix':'mirror.example','signedPrefix':'quay.io/team'}}"""))
                .isEqualTo(new Requirement.SignedBy(
                        "GPGKeys",
                        new KeySource(List.of(Path.of("/a"), Path.of("/b")), List.of()),
                        new SignedIdentity.RemapIdentity("mirror.example", "quay.io/team")));
        assertThat(requirement("{'type':'signedBaseLayer','baseLayerIdentity':{'type':'matchExact'}}"))
                .isEqualTo(new Requirement.SignedBaseLayer(new SignedIdentity.MatchExact()));
        assertThat(requirement("""
                {'type':'sigstoreSigned','keyDatas':['YQ==','Yg=='],'rekorPublicKeyPath':'/r',
                 'signedIdentity':{'type':'exactReference','dockerReference':'quay.io/a:1'}}"""))
                .isEqualTo(new Requirement.SigstoreSigned(
                        new SigstoreTrust.Keys(new KeySource(List.of(), List.of("YQ==", "Yg=="))),
                        Optional.of(new KeySource(List.of(Path.of("/r")), List.of())),
                        new SignedIdentity.ExactReference("quay.io/a:1")));
        assertThat(requirement("""
                {'type':'sigstoreSigned','rekorPublicKeyData':'YQ==',
                 'fulcio':{'caPath':'/ca','oidcIssuer':'https://i','subjectEmail':'a@b'}}""").words())
                .isEqualTo("sigstoreSigned (fulcio, a@b by https://i; matchRepoDigestOrExact)");
        assertThat(requirement("""
                {'type':'sigstoreSigned','pki':{'caRootsData':'YQ==','caIntermediatesPath':'/i','subjectHostname':'h'},
                 'signedIdentity':{'type':'exactRepository','dockerRepository':'quay.io/a'}}""").words()).isEqualTo("sigstoreSigned (pki, h; exactRepository)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{| /p.json: invalid JSON at line 1",
                "{'default':[{'type':'reject'}],'default':[{'type':'reject'}]}| key \"default\" stands twice",
                "{'transports':{}}| /p.json: \"default\" is missing",
                "{'default':[]}| \"default\" is not a list, or an empty one",
                "{'default':[{'type':'reject'}],'more':1}| /p.json: unknown key \"more\"; default, transports are known here",
                "{'default':[{'type':'reject','x':1}]}| /p.json: \"default\"[0]: unknown key \"x\"",
                "{'default':[{'type':'none'}]}| \"default\"[0]: type \"none\" is unknown",
                "{'default':[{'type':'reject'}],'transports':{'docker':{'a':[]}}}| transports: docker: \"a\" is not a list",
                "{'default':[{'type':'reject'}],'transports':{'atomic':{'a':[{'type':'x'}]}}}| atomic: \"a\"[0]: type \"x\"",
                "{'default':[{'type':'signedBy','keyType':'GPGKeys'}]}| one of keyPath, keyPaths, keyData, keyDatas is needed",
                "{'default':[{'type':'signedBy','keyType':'Rot13','keyPath':'/k'}]}| keyType \"Rot13\" is unknown",
                "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','keyData':'YQ=='}]}| only one of keyPath, keyData",
                "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyData':'?'}]}| not base64",
                "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':''}]}| \"keyPath\" is not a text, or an empty one",
                "{'default':[{'type':'sigstoreSigned'}]}| exactly one of keyPath",
                "{'default':[{'type':'sigstoreSigned','fulcio':{'caPath':'/c','oidcIssuer':'i','subjectEmail':'e'}}]}| fulcio needs",
                "{'default':[{'type':'sigstoreSigned','pki':{'caRootsPath':'/c'}}]}| one of subjectEmail, subjectHostname",
                "{'default':[{'type':'sigstoreSigned','pki':{'caRootsPath':'/c','subjectEmail':'e'},'rekorPublicKeyPath':'/r'}]}| cannot be combined",
                "{'default':[{'type':'signedBaseLayer','baseLayerIdentity':{'type':'matchSome'}}]}| type \"matchSome\" is unknown",
                "{'default':[{'type':'signedBaseLayer','baseLayerIdentity':{'type':'exactReference','dockerReference':'a'}}]}| neither tag nor digest",
                "{'default':[{'type':'signedBaseLayer','baseLayerIdentity':{'type':'remapIdentity','prefix':'library/a','signedPrefix':'b.c'}}]}| written out in full",
            })
    void whatIsNotUnderstoodIsRefusedWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith("/p.json: ")
                .hasMessageContaining(message.strip());
    }
}
