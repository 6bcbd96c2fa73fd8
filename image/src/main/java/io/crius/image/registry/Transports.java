package io.crius.image.registry;

import io.crius.image.registries.Tls;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The HTTP clients of the node, one for each set of TLS settings, with their pools of open connections.
 *
 * <p>Thread-safe. A client is made when it is first needed, and again when the certificates of its folder have changed;
 * before that neither HTTP nor TLS is loaded.
 */
public final class Transports implements AutoCloseable {
    private record Key(Tls tls, Optional<Path> folder) {}

    private record Made(Optional<CertificateFolder> certificates, HttpClient client) {}

    private final List<Path> certificateFolders;
    private final Map<String, String> environment;
    private final HttpSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Made> clients = new HashMap<>();
    private final RegistryWarnings warnings = new RegistryWarnings();

    /**
     * Some servers without TLS read its first message and say nothing, and each discovery costs the whole connection limit.
     * Safety: asked only where the configuration allows plain HTTP anyway.
     */
    private final RecentHosts plain = new RecentHosts(Duration.ofMinutes(10), System::nanoTime);

    private final RecentHosts silent = new RecentHosts(Duration.ofMinutes(5), System::nanoTime);

    /**
     * @param certificateFolders certs.d folders; of each registry the first counts that has a folder for it
     * @param environment for proxies and SSL_CERT_FILE
     */
    public Transports(List<Path> certificateFolders, Map<String, String> environment, HttpSettings settings) {
        this.certificateFolders = List.copyOf(certificateFolders);
        this.environment = Map.copyOf(environment);
        this.settings = settings;
    }

    /** How to reach a registry that is written like this in image names. */
    Transport of(String host, Tls tls) {
        Optional<CertificateFolder> certificates = CertificateFolder.find(certificateFolders, host);
        Proxies proxies = Proxies.of(environment);
        return new Transport(client(tls, certificates, proxies), proxies, settings, warnings, silent);
    }

    /** The registries that have no TLS. */
    RecentHosts plain() {
        return plain;
    }

    private HttpClient client(Tls tls, Optional<CertificateFolder> certificates, Proxies proxies) {
        Key key = new Key(tls, certificates.map(CertificateFolder::path));
        lock.lock();
        try {
            Made made = clients.get(key);
            if (made == null || !made.certificates.equals(certificates)) {
                // The client before stays alive for those who still use it, and goes with the last of them.
                made = new Made(certificates, build(tls, certificates, proxies));
                clients.put(key, made);
            }
            return made.client;
        } finally {
            lock.unlock();
        }
    }

    /**
     * HTTP/1.1, unless a request says otherwise.
     */
    private HttpClient build(Tls tls, Optional<CertificateFolder> certificates, Proxies proxies) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connect())
                .sslContext(new TlsContexts(environment).context(tls, certificates))
                .proxy(proxies)
                .build();
    }

    /** Drops all connections; requests in progress fail. */
    @Override
    public void close() {
        lock.lock();
        try {
            clients.values().forEach(made -> made.client.shutdownNow());
            clients.clear();
        } finally {
            lock.unlock();
        }
    }
}
