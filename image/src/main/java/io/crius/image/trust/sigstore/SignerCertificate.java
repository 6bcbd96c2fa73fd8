package io.crius.image.trust.sigstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.image.trust.policy.SigstoreTrust;
import io.crius.image.trust.signature.RejectedException;
import io.crius.image.trust.signature.SigstoreSignature;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The certificate that a signature brings: whose it is, and whether an authority gave it for signing. */
final class SignerCertificate {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final String ISSUER = "1.3.6.1.4.1.57264.1.8";
    private static final String ISSUER_OLD = "1.3.6.1.4.1.57264.1.1";
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int OCTETS = 0x04;
    private static final int UTF8 = 0x0c;

    private final X509Certificate certificate;
    private final List<X509Certificate> chain;

    private SignerCertificate(X509Certificate certificate, List<X509Certificate> chain) {
        this.certificate = certificate;
        this.chain = chain;
    }

    static SignerCertificate of(SigstoreSignature signature) throws RejectedException {
        String pem = signature
                .annotation("dev.sigstore.cosign/certificate")
                .orElseThrow(() -> new RejectedException("it has no certificate"));
        List<X509Certificate> own = Pem.certificates(pem.getBytes(UTF_8), "its certificate");
        if (own.size() != 1) {
            throw new RejectedException("it has " + own.size() + " certificates instead of one");
        }
        String chain = signature.annotation("dev.sigstore.cosign/chain").orElse("");
        return new SignerCertificate(
                own.getFirst(), Pem.certificates(chain.getBytes(UTF_8), "the chain of its certificate"));
    }

    PublicKey key() {
        return certificate.getPublicKey();
    }

    byte[] der() throws RejectedException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new RejectedException("its certificate: " + e.getMessage(), e);
        }
    }

    /** Whether Fulcio's authority gave it at that time, for that login. */
    void require(SigstoreTrust.Fulcio fulcio, Instant signed) throws RejectedException {
        requireChain(Pem.certificates(fulcio.authority().read()), List.of(), signed);
        String issuer = issuer();
        if (!issuer.equals(fulcio.issuer())) {
            throw new RejectedException("the login of its signer is vouched for by \"" + issuer + "\" and not by \""
                    + fulcio.issuer() + "\"");
        }
        requireEmail(fulcio.email());
    }

    /** Whether the site's authority gave it, and it is in force. */
    void require(SigstoreTrust.Pki pki, Instant now) throws RejectedException {
        List<X509Certificate> between = new ArrayList<>();
        if (pki.intermediates().isPresent()) {
            between.addAll(Pem.certificates(pki.intermediates().get().read()));
        }
        requireChain(Pem.certificates(pki.roots().read()), between, now);
        if (pki.email().isPresent()) {
            requireEmail(pki.email().get());
        }
        if (pki.hostname().isPresent()) {
            requireHost(pki.hostname().get());
        }
    }

    private void requireChain(List<X509Certificate> roots, List<X509Certificate> between, Instant when)
            throws RejectedException {
        List<X509Certificate> known = new ArrayList<>(between);
        known.addAll(chain);
        known.add(certificate);
        try {
            var target = new X509CertSelector();
            target.setCertificate(certificate);
            Set<TrustAnchor> anchors =
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
            var parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(when));
            var built = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            requireUse(built);
        } catch (GeneralSecurityException e) {
            throw new RejectedException(
                    "its certificate does not lead to the policy's authority at " + when + ": " + e.getMessage(), e);
        }
    }

    /** The signer's certificate has to be for code signing, and no authority on the way may exclude it. */
    private static void requireUse(PKIXCertPathBuilderResult built) throws GeneralSecurityException, RejectedException {
        List<X509Certificate> path = built.getCertPath().getCertificates().stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (path.isEmpty() || path.getFirst().getExtendedKeyUsage() == null) {
            throw new RejectedException("its certificate is not one for code signing");
        }
        for (X509Certificate one : path) {
            List<String> uses = one.getExtendedKeyUsage();
            if (uses != null && !uses.contains(CODE_SIGNING) && !uses.contains(ANY_USE)) {
                throw new RejectedException("its certificate, or one above it, is not for code signing");
            }
        }
    }

    /** Compat: a DER text in the new extension, the bare text in the old one; where both are, they must agree. */
    private String issuer() throws RejectedException {
        Optional<String> now = extension(ISSUER).map(SignerCertificate::derText);
        Optional<String> old = extension(ISSUER_OLD).map(bytes -> new String(bytes, UTF_8));
        if (now.isPresent() && old.isPresent() && !now.equals(old)) {
            throw new RejectedException("its certificate names two issuers");
        }
        return now.or(() -> old).orElseThrow(() -> new RejectedException("its certificate names no issuer"));
    }

    /** The content of an extension without the octet string around it. */
    private Optional<byte[]> extension(String oid) {
        return Optional.ofNullable(certificate.getExtensionValue(oid)).map(der -> content(der, OCTETS));
    }

    private static String derText(byte[] der) {
        return new String(content(der, UTF8), UTF_8);
    }

    /** The content of one DER element with a length of up to two bytes; empty where it is something else. */
    private static byte[] content(byte[] der, int tag) {
        if (der.length < 2 || der[0] != tag) {
            return new byte[0];
        }
        int first = der[1] & 0xFF;
        int extra = first < 0x80 ? 0 : first - 0x80;
        if (extra > 2 || der.length < 2 + extra) {
            return new byte[0];
        }
        int length = extra == 0 ? first : 0;
        for (int i = 0; i < extra; i++) {
            length = (length << 8) | (der[2 + i] & 0xFF);
        }
        int start = 2 + extra;
        return der.length - start == length ? Arrays.copyOfRange(der, start, der.length) : new byte[0];
    }

    private void requireEmail(String wanted) throws RejectedException {
        List<String> emails = names(EMAIL);
        if (!emails.contains(wanted)) {
            throw new RejectedException("its signer is " + emails + " and not " + wanted);
        }
    }

    private void requireHost(String wanted) throws RejectedException {
        List<String> hosts = names(DNS);
        if (hosts.stream().noneMatch(host -> isHost(host, wanted))) {
            throw new RejectedException("its signer is " + hosts + " and not " + wanted);
        }
    }

    /** Spec: RFC 6125, 6.4.3: a wildcard stands for one label, the leftmost. */
    private static boolean isHost(String pattern, String host) {
        String own = pattern.toLowerCase(Locale.ROOT);
        String wanted = host.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        return own.equals(wanted) || (dot > 0 && own.equals("*" + wanted.substring(dot)));
    }

    private List<String> names(int type) throws RejectedException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.get(0).equals(type))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new RejectedException("its certificate: " + e.getMessage(), e);
        }
    }
}
