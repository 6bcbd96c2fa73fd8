package io.crius.streaming.tls;

import io.crius.model.CriusException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes sockets secure with the newest files. Whether they changed is looked at when a client comes; new ones that cannot be used
 * are reported once, and the old ones stay in use. Thread-safe.
 */
public final class TlsSockets {
    private static final System.Logger LOG = System.getLogger(TlsSockets.class.getName());
    private static final char[] NO_PASSWORD = new char[0];

    private final TlsFiles files;
    private final String owner;
    private final ReentrantLock lock = new ReentrantLock();
    private SSLContext context;
    private String version;

    private TlsSockets(TlsFiles files, String owner, SSLContext context, String version) {
        this.files = files;
        this.owner = owner;
        this.context = context;
        this.version = version;
    }

    /**
     * Reads the files.
     *
     * @param owner who is secured, as messages name it
     * @throws CriusException.InvalidArgument where they cannot be used
     */
    public static TlsSockets open(TlsFiles files, String owner) {
        try {
            String version = version(files);
            SSLContext context = load(files);
            checkSuites(files, context);
            return new TlsSockets(files, owner, context, version);
        } catch (IOException | GeneralSecurityException e) {
            throw new CriusException.InvalidArgument("TLS of the " + owner + ": " + e.getMessage(), e);
        }
    }

    /** The socket with TLS on it, after the handshake; closing it closes both. */
    public Socket secure(Socket client) throws IOException {
        var socket = (SSLSocket) current().getSocketFactory().createSocket(client, null, client.getPort(), true);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(files.oldest().protocols());
        parameters.setNeedClientAuth(files.authority().isPresent());
        parameters.setUseCipherSuitesOrder(true);
        if (!files.cipherSuites().isEmpty()) {
            parameters.setCipherSuites(suites(parameters));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Compat: the configured suites are those of TLS 1.2; those of 1.3 cannot be chosen. */
    private String[] suites(SSLParameters parameters) {
        Set<String> wanted = new LinkedHashSet<>();
        Arrays.stream(parameters.getCipherSuites())
                .filter(name -> !name.contains("_WITH_"))
                .forEach(wanted::add);
        wanted.addAll(files.cipherSuites());
        return wanted.toArray(String[]::new);
    }

    private SSLContext current() {
        lock.lock();
        try {
            String now = version(files);
            if (!now.equals(version)) {
                version = now;
                context = load(files);
                LOG.log(Level.INFO, () -> owner + ": the certificate " + files.certificate() + " was read again");
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.log(
                    Level.WARNING,
                    () -> owner + ": its TLS files changed and cannot be used, so the old ones stay: "
                            + e.getMessage());
        } finally {
            lock.unlock();
        }
        return context;
    }

    /** What tells one state of the files from another. */
    private static String version(TlsFiles files) throws IOException {
        var text = new StringBuilder();
        for (Path file : files.all()) {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            text.append(found.fileKey())
                    .append(' ')
                    .append(found.lastModifiedTime())
                    .append(' ')
                    .append(found.size())
                    .append('\n');
        }
        return text.toString();
    }

    private static SSLContext load(TlsFiles files) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(files.certificate());
        // Compat: one that is not valid now is refused when it is loaded.
        chain.getFirst().checkValidity();
        PrivateKey key = Pem.privateKey(files.key(), chain.getFirst().getPublicKey());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, NO_PASSWORD);
        own.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust(files), null);
        return context;
    }

    private static TrustManager[] trust(TlsFiles files) throws IOException, GeneralSecurityException {
        if (files.authority().isEmpty()) {
            return new TrustManager[0];
        }
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, NO_PASSWORD);
        int number = 0;
        for (X509Certificate authority : Pem.certificates(files.authority().get())) {
            authorities.setCertificateEntry("authority-" + number++, authority);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        return trust.getTrustManagers();
    }

    private static void checkSuites(TlsFiles files, SSLContext context) throws GeneralSecurityException {
        var unknown = new ArrayList<>(files.cipherSuites());
        unknown.removeAll(List.of(context.getSupportedSSLParameters().getCipherSuites()));
        if (!unknown.isEmpty()) {
            throw new GeneralSecurityException("tls_cipher_suites: unknown or unsafe: " + String.join(", ", unknown));
        }
    }
}
