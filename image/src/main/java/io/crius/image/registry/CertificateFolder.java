package io.crius.image.registry;

import io.crius.model.CriusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code certs.d/<host[:port]>}: CA certificates ({@code *.crt}) and client certificates ({@code X.cert} with {@code X.key})
 * of one registry. Spec: containers-certs.d(5).
 *
 * @param entries its files as they are now; another value means that they have changed
 */
record CertificateFolder(Path path, List<Entry> entries) {
    /** A file and what tells one version of it from another. */
    record Entry(Path file, long modifiedMillis, long size) {}

    /** A client certificate with its chain. */
    record ClientCertificate(String name, PrivateKey key, List<Certificate> chain) {}

    CertificateFolder {
        entries = List.copyOf(entries);
    }

    /** The first of these folders that has one for the host. One that we may not look into is skipped. */
    static Optional<CertificateFolder> find(List<Path> folders, String host) {
        for (Path folder : folders) {
            Path own = folder.resolve(host);
            if (Files.isDirectory(own)) {
                try {
                    return Optional.of(new CertificateFolder(own, list(own)));
                } catch (AccessDeniedException _) {
                    // Compat: as if it were not there.
                } catch (IOException e) {
                    throw new CriusException.FailedPrecondition(
                            "list certificates in " + own + ": " + e.getMessage(), e);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Entry> list(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            entries.add(new Entry(file, Files.getLastModifiedTime(file).toMillis(), Files.size(file)));
        }
        return entries;
    }

    List<Certificate> authorities() {
        List<Certificate> authorities = new ArrayList<>();
        for (Path file : filesEnding(".crt")) {
            authorities.addAll(certificates(file));
        }
        return authorities;
    }

    /** Throws {@link CriusException.FailedPrecondition} where a certificate has no key or a key no certificate. */
    List<ClientCertificate> clientCertificates() {
        List<ClientCertificate> clients = new ArrayList<>();
        for (Path file : filesEnding(".cert")) {
            Path key = counterpart(file, ".cert", ".key");
            clients.add(new ClientCertificate(file.toString(), key(key), certificates(file)));
        }
        filesEnding(".key").forEach(file -> counterpart(file, ".key", ".cert"));
        return clients;
    }

    private List<Path> filesEnding(String suffix) {
        return entries.stream()
                .map(Entry::file)
                .filter(file -> file.getFileName().toString().endsWith(suffix))
                .toList();
    }

    private static Path counterpart(Path file, String suffix, String other) {
        String name = file.getFileName().toString();
        Path wanted = file.resolveSibling(name.substring(0, name.length() - suffix.length()) + other);
        if (!Files.exists(wanted)) {
            throw new CriusException.FailedPrecondition(
                    "missing " + wanted + ": a client certificate is a .cert and a .key of the same name (found " + file
                            + "); a CA certificate is a .crt");
        }
        return wanted;
    }

    private static PrivateKey key(Path file) {
        try {
            return PemKey.parse(Files.readString(file));
        } catch (IOException | GeneralSecurityException e) {
            throw new CriusException.FailedPrecondition("read client key " + file + ": " + e.getMessage(), e);
        }
    }

    /** The certificates of a PEM or DER file. */
    static List<Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (read.isEmpty()) {
                throw new CriusException.FailedPrecondition(file + " has no certificate in it");
            }
            return List.copyOf(read);
        } catch (IOException | CertificateException e) {
            throw new CriusException.FailedPrecondition("read certificates " + file + ": " + e.getMessage(), e);
        }
    }
}
