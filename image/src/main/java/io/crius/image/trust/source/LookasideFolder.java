package io.crius.image.trust.source;

import io.crius.image.registry.WebFiles;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Signatures as files beside the registry: {@code <base>/<repository>@<algorithm>=<hex>/signature-1} and so on, without gaps.
 */
final class LookasideFolder {
    private final URI base;
    private final WebFiles web;

    LookasideFolder(URI base, WebFiles web) {
        this.base = base;
        this.web = web;
    }

    /** Blocks. The first that is missing is the end. */
    List<ImageSignature> signatures(ImageReference image, Digest manifest) {
        List<ImageSignature> found = new ArrayList<>();
        while (true) {
            URI uri = file(image, manifest, found.size() + 1);
            Optional<byte[]> blob = "file".equalsIgnoreCase(uri.getScheme()) ? read(uri) : fetch(uri);
            if (blob.isEmpty()) {
                return found;
            }
            if (found.size() == ImageSignature.MOST) {
                throw new CriusException.InvalidArgument("reading signatures from " + base + ": image " + image
                        + " has more than " + ImageSignature.MOST);
            }
            found.add(parse(uri, blob.get()));
        }
    }

    private static ImageSignature parse(URI uri, byte[] blob) {
        try {
            return ImageSignature.of(blob);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument("reading signature " + uri + ": " + e.getMessage(), e);
        }
    }

    private URI file(ImageReference image, Digest manifest, int number) {
        String text = base.toString();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return URI.create(
                text + "/" + image.path() + "@" + manifest.algorithm() + "=" + manifest.hex() + "/signature-" + number);
    }

    private Optional<byte[]> fetch(URI uri) {
        return web.read("reading signature " + uri, uri, ImageSignature.LARGEST);
    }

    private static Optional<byte[]> read(URI uri) {
        try (InputStream in = Files.newInputStream(Path.of(uri.getPath()))) {
            byte[] blob = in.readNBytes(ImageSignature.LARGEST + 1);
            if (blob.length > ImageSignature.LARGEST) {
                throw new CriusException.InvalidArgument(
                        "reading signature " + uri + ": it is larger than " + ImageSignature.LARGEST + " bytes");
            }
            return Optional.of(blob);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.Failed("reading signature " + uri + ": " + e.getMessage(), e);
        }
    }
}
