package io.crius.image.registry;

import io.crius.image.auth.Credentials;
import io.crius.image.registries.Endpoint;
import io.crius.image.registries.Tls;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One repository at one endpoint, with the credentials for it, for the time of one pull.
 *
 * <p>Thread-safe. The first request pings the registry, which shows how it is reached (TLS, or plain HTTP where that is
 * allowed) and what it asks for; its lock is held during the ping. Failures are CriusExceptions whose texts name the
 * request: {@code Unavailable} (not reachable; "RegistryUnavailable: "), {@code PermissionDenied}, {@code NotFound}, {@code
 * ResourceExhausted} (429), {@code DataLoss} (digest or size), {@code FailedPrecondition} (TLS), {@code Cancelled}
 * (interrupt; the flag stays set).
 */
public final class RegistryClient {
    private static final int LARGEST_SIGNATURES = 4 << 20;

    /** @param hasSignatures whether the registry says that it keeps signatures itself */
    private record Connection(URI base, Authorizer authorizer, boolean hasSignatures) {}

    private static final class Fetched {
        final byte[] bytes;
        final String type;

        Fetched(byte[] bytes, String type) {
            this.bytes = bytes;
            this.type = type;
        }
    }

    private final ImageReference repository;
    private final Tls tls;
    private final Credentials credentials;
    private final Transports transports;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection connection;
    private @Nullable Transport transport;

    public RegistryClient(Endpoint endpoint, Credentials credentials, Transports transports) {
        this.repository = endpoint.reference();
        this.tls = endpoint.tls();
        this.credentials = credentials;
        this.transports = transports;
    }

    /** The manifest that tag or digest of the endpoint's reference lead to. Blocks. */
    public ManifestAnswer manifest() {
        Optional<Digest> digest = repository.digest();
        String wanted =
                digest.map(Digest::toString).orElseGet(() -> repository.tag().orElseThrow());
        return manifest(wanted, digest);
    }

    /** The manifest with that digest in the same repository. Blocks. */
    public ManifestAnswer manifest(Digest digest) {
        return manifest(digest.toString(), Optional.of(digest));
    }

    /** The manifest with that tag in the same repository; empty where there is none. Blocks. */
    public Optional<ManifestAnswer> tagged(String tag) {
        try {
            return Optional.of(manifest(tag, Optional.empty()));
        } catch (CriusException.NotFound _) {
            return Optional.empty();
        }
    }

    /**
     * What the registry's own extension for signatures answers about a manifest, as JSON; empty where the registry has no such
     * extension. Blocks.
     */
    public Optional<byte[]> signatures(Digest manifest) {
        Connection to = connect();
        if (!to.hasSignatures) {
            return Optional.empty();
        }
        String doing = "reading signatures of " + manifest + " in " + repository.repository();
        Request request =
                Request.get(to.base.resolve("/extensions/v2/" + repository.path() + "/signatures/" + manifest));
        byte[] bytes;
        try {
            bytes = BrokenConnection.tried(transport(), () -> signatures(doing, request, to.authorizer));
        } catch (IOException e) {
            throw RegistryFailure.of(doing, request.uri(), e);
        }
        if (bytes.length > LARGEST_SIGNATURES) {
            throw new CriusException.InvalidArgument(
                    doing + ": the answer is larger than " + LARGEST_SIGNATURES + " bytes");
        }
        return Optional.of(bytes);
    }

    private byte[] signatures(String doing, Request request, Authorizer authorizer) throws IOException {
        try (Answer answer = authorized(request, authorizer)) {
            if (answer.status() != 200) {
                throw RegistryFailure.of(doing, answer);
            }
            return answer.bytes(LARGEST_SIGNATURES);
        }
    }

    private ManifestAnswer manifest(String wanted, Optional<Digest> expected) {
        String doing = "reading manifest " + wanted + " in " + repository.repository();
        Fetched fetched;
        try {
            fetched = BrokenConnection.tried(transport(), () -> fetch(doing, "manifests/" + wanted));
        } catch (IOException e) {
            throw RegistryFailure.of(doing, base(), e);
        }
        return read(doing, fetched, expected);
    }

    private Fetched fetch(String doing, String path) throws IOException {
        try (Answer answer = manifestAt(path)) {
            if (answer.status() != 200) {
                throw RegistryFailure.of(doing, answer);
            }
            return new Fetched(
                    answer.bytes(Manifest.LARGEST),
                    answer.header("Content-Type").orElse(""));
        }
    }

    private static ManifestAnswer read(String doing, Fetched fetched, Optional<Digest> expected) {
        byte[] bytes = fetched.bytes;
        if (bytes.length > Manifest.LARGEST) {
            throw new CriusException.InvalidArgument(doing + ": it is larger than " + Manifest.LARGEST + " bytes");
        }
        Digest digest = digest(
                digested(doing, fetched), expected.map(Digest::javaAlgorithm).orElse("SHA-256"));
        if (expected.isPresent() && !expected.get().equals(digest)) {
            throw new CriusException.DataLoss(doing + ": Manifest does not match provided manifest digest "
                    + expected.get() + ", it is " + digest);
        }
        try {
            return new ManifestAnswer(bytes, digest, Manifest.parse(bytes, fetched.type));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(doing + ": " + e.getMessage(), e);
        }
    }

    private static byte[] digested(String doing, Fetched fetched) {
        try {
            return Manifest.digested(fetched.bytes, fetched.type);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(doing + ": " + e.getMessage(), e);
        }
    }

    private static Digest digest(byte[] bytes, String algorithm) {
        try {
            byte[] hash = MessageDigest.getInstance(algorithm).digest(bytes);
            return new Digest(algorithm.replace("SHA-", "sha"), HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }

    /** A small blob as a whole, its digest checked. Blocks. */
    public byte[] blob(Descriptor blob, int limit) {
        if (blob.size() > limit) {
            throw new CriusException.InvalidArgument("fetching blob " + blob.digest() + " of " + repository.repository()
                    + ": it has " + blob.size() + " bytes, more than " + limit);
        }
        try (BlobStream stream = open(blob)) {
            return stream.readAllBytes();
        }
    }

    /** A layer of which only the digest is known, with the size that the registry tells. Blocks. */
    public Descriptor layer(Digest blob) {
        String doing = "asking for the size of blob " + blob + " of " + repository.repository();
        try {
            long size = BrokenConnection.tried(transport(), () -> size(doing, blob));
            return Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, blob, size);
        } catch (IOException e) {
            throw RegistryFailure.of(doing, base(), e);
        }
    }

    private long size(String doing, Digest blob) throws IOException {
        Connection to = connect();
        Request request = Request.head(to.base.resolve("/v2/" + repository.path() + "/blobs/" + blob))
                .withDowngrade(Request.Downgrade.ALLOWED);
        try (Answer answer = authorized(request, to.authorizer)) {
            if (answer.status() != 200) {
                throw RegistryFailure.of(doing, answer);
            }
            return answer.length()
                    .orElseThrow(() -> new CriusException.InvalidArgument(doing + ": the registry does not tell it"));
        }
    }

    /** A blob as a stream that checks itself. Blocks until it begins. */
    public BlobStream open(Descriptor blob) {
        return new BlobStream(blob, new BlobSource(this, blob));
    }

    /** The places that a descriptor names besides the registry, to be asked without credentials. */
    List<URI> foreignPlaces(Descriptor blob) {
        boolean foreign = blob.mediaType().startsWith(MediaTypes.OCI_FOREIGN_LAYER)
                || blob.mediaType().startsWith(MediaTypes.DOCKER_FOREIGN_LAYER);
        return !foreign
                ? List.of()
                : blob.urls().stream().flatMap(url -> place(blob, url).stream()).toList();
    }

    /** Compat: what is no HTTP URL is no place. One that says so and is none is an error of the manifest. */
    private static Optional<URI> place(Descriptor blob, String url) {
        if (!url.startsWith("https://") && !url.startsWith("http://")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(url)).filter(place -> place.getHost() != null);
        } catch (URISyntaxException e) {
            throw new CriusException.InvalidArgument(
                    "blob " + blob.digest() + ": the manifest has \"" + url + "\" for it, which is no URL", e);
        }
    }

    /** How the registry is reached. */
    URI base() {
        return connect().base;
    }

    ImageReference repository() {
        return repository;
    }

    Transport transport() {
        lock.lock();
        try {
            if (transport == null) {
                transport = transports.of(repository.domain(), tls);
            }
            return transport;
        } finally {
            lock.unlock();
        }
    }

    private Answer manifestAt(String path) throws IOException {
        Connection to = connect();
        Request request = Request.get(to.base.resolve("/v2/" + repository.path() + "/" + path));
        for (String type : ManifestType.ACCEPTED) {
            request = request.with("Accept", type);
        }
        return authorized(request, to.authorizer);
    }

    /** Asks for a blob of the repository, as whoever the credentials say. The caller closes the answer. */
    Answer blob(Digest blob, List<Request.Header> headers) throws IOException {
        Connection to = connect();
        Request request = Request.get(to.base.resolve("/v2/" + repository.path() + "/blobs/" + blob), headers)
                .withDowngrade(Request.Downgrade.ALLOWED)
                .withWeight(Request.Weight.HEAVY);
        return authorized(request, to.authorizer);
    }

    private Answer authorized(Request request, Authorizer authorizer) throws IOException {
        Optional<String> header = authorizer.header();
        Answer answer = transport().send(with(request, header));
        if (answer.status() != 401 || header.isEmpty() || !authorizer.mayRetry(answer, header.get())) {
            return answer;
        }
        answer.close();
        return transport().send(with(request, authorizer.header()));
    }

    private static Request with(Request request, Optional<String> authorization) {
        return authorization.map(value -> request.with("Authorization", value)).orElse(request);
    }

    private Connection connect() {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("pinging container registry " + repository.domain() + ": cancelled", e);
        }
        try {
            Connection known = connection;
            if (known == null) {
                known = ping();
                connection = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Connection ping() {
        // Compat: the registry behind docker.io has another name.
        String host = repository.domain().equals("docker.io") ? "registry-1.docker.io" : repository.domain();
        return tls == Tls.OPTIONAL && transports.plain().knows(host) ? pingPlainFirst(host) : pingTlsFirst(host);
    }

    private Connection pingPlainFirst(String host) {
        try {
            return ping(URI.create("http://" + host + "/v2/"));
        } catch (CriusException.Unavailable e) {
            transports.plain().forget(host);
            return pingTlsFirst(host);
        }
    }

    private Connection pingTlsFirst(String host) {
        try {
            return ping(URI.create("https://" + host + "/v2/"));
        } catch (CriusException.Cancelled e) {
            throw e;
        } catch (CriusException e) {
            if (tls == Tls.VERIFIED) {
                throw e;
            }
            Connection plain = pingWithoutTls(URI.create("http://" + host + "/v2/"), e);
            transports.plain().remember(host);
            return plain;
        }
    }

    private Connection pingWithoutTls(URI uri, CriusException overTls) {
        try {
            return ping(uri);
        } catch (CriusException e) {
            e.addSuppressed(overTls);
            throw e;
        }
    }

    private String scope() {
        return "repository:" + repository.path() + ":pull";
    }

    private Connection ping(URI uri) {
        String doing = "pinging container registry " + repository.domain();
        try {
            // Where plain HTTP may be what the registry speaks, that is tried before anything is tried again.
            return tls == Tls.VERIFIED || uri.getScheme().equals("http")
                    ? BrokenConnection.tried(transport(), () -> ping(doing, uri))
                    : ping(doing, uri);
        } catch (IOException e) {
            throw RegistryFailure.of(doing, uri, e);
        }
    }

    private Connection ping(String doing, URI uri) throws IOException {
        try (Answer answer = transport().send(Request.get(uri))) {
            if (answer.status() != 200 && answer.status() != 401) {
                throw RegistryFailure.of(doing + " (" + uri + ")", answer);
            }
            Optional<Challenge> challenge = Challenge.choose(answer.headers().allValues("WWW-Authenticate"));
            return new Connection(
                    uri,
                    new Authorizer(transport(), credentials, challenge, new Authorizer.Purpose(uri, scope())),
                    answer.header("X-Registry-Supports-Signatures").equals(Optional.of("1")));
        }
    }
}
