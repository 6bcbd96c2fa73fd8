package io.crius.image.registry;

import io.crius.image.registries.Tls;
import io.crius.model.CriusException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Small files of web servers that are no registries, asked for without credentials. Certificates and proxies are those that
 * registries of the same host have; plain HTTP is spoken where the URL says so. Thread-safe.
 */
public final class WebFiles {
    private final Transports transports;

    public WebFiles(Transports transports) {
        this.transports = transports;
    }

    /**
     * The file, empty where the server has none. Blocks. Fails as {@link RegistryClient} does.
     *
     * @param doing what it is for, for errors
     * @param limit the most bytes that are taken
     */
    public Optional<byte[]> read(String doing, URI uri, int limit) {
        String host = String.valueOf(uri.getRawAuthority());
        try (Answer answer = transports.of(host, Tls.VERIFIED).send(Request.get(uri))) {
            if (answer.status() == 404) {
                return Optional.empty();
            }
            if (answer.status() != 200) {
                throw RegistryFailure.of(doing, answer);
            }
            byte[] bytes = answer.bytes(limit);
            if (bytes.length > limit) {
                throw new CriusException.InvalidArgument(doing + ": it is larger than " + limit + " bytes");
            }
            return Optional.of(bytes);
        } catch (IOException e) {
            throw RegistryFailure.of(doing, uri, e);
        }
    }
}
