package io.crius.image.registry;

import io.crius.image.registries.Tls;
import io.crius.model.CriusException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS settings for registries: the machine's CAs with those of certs.d, client certificates, or no verification. */
final class TlsContexts {
    /** Where distributions keep the CA bundle. */
    private static final List<Path> BUNDLES = Stream.of(
                    "/etc/ssl/certs/ca-certificates.crt",
                    "/etc/pki/tls/certs/ca-bundle.crt",
                    "/etc/ssl/ca-bundle.pem",
                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                    "/etc/ssl/cert.pem")
            .map(Path::of)
            .toList();

    private final Map<String, String> environment;

    TlsContexts(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Blocks: on the disk, and on the CPU for tens of milliseconds where the whole CA bundle is read. */
    SSLContext context(Tls tls, Optional<CertificateFolder> folder) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(folder), tls == Tls.OPTIONAL ? anybody() : trusted(folder), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new CriusException.FailedPrecondition(
                    "prepare TLS with the certificates of "
                            + folder.map(CertificateFolder::path)
                                    .map(Path::toString)
                                    .orElse("the machine") + ": " + e.getMessage(),
                    e);
        }
    }

    private KeyManager[] keys(Optional<CertificateFolder> folder) throws GeneralSecurityException, IOException {
        List<CertificateFolder.ClientCertificate> clients =
                folder.map(CertificateFolder::clientCertificates).orElse(List.of());
        KeyStore store = emptyStore();
        for (CertificateFolder.ClientCertificate client : clients) {
            store.setKeyEntry(
                    client.name(), client.key(), new char[0], client.chain().toArray(new Certificate[0]));
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private TrustManager[] trusted(Optional<CertificateFolder> folder) throws GeneralSecurityException, IOException {
        List<Certificate> own = folder.map(CertificateFolder::authorities).orElse(List.of());
        Optional<Path> bundle = bundle();
        if (bundle.isEmpty() && own.isEmpty()) {
            return managers(null);
        }
        List<Certificate> all = new ArrayList<>(own);
        bundle.map(CertificateFolder::certificates).ifPresent(all::addAll);
        KeyStore store = emptyStore();
        for (int i = 0; i < all.size(); i++) {
            store.setCertificateEntry("ca-" + i, all.get(i));
        }
        return managers(store);
    }

    /** Null is the JDK's own bundle. */
    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private Optional<Path> bundle() {
        String configured = environment.getOrDefault("SSL_CERT_FILE", "");
        return configured.isEmpty()
                ? BUNDLES.stream().filter(Files::isReadable).findFirst()
                : Optional.of(Path.of(configured));
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static TrustManager[] anybody() {
        return new TrustManager[] {new Anybody()};
    }

    /** Safety: only for registries that the node's administrator called insecure. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
