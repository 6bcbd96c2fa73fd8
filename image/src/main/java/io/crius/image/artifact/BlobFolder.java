package io.crius.image.artifact;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The content of one OCI layout by digest. Immutable; whoever changes files holds the layout's lock. */
record BlobFolder(Path layout, Artifact.Access access) {
    Path index() {
        return layout.resolve("index.json");
    }

    Path blobs() {
        return layout.resolve("blobs");
    }

    Path path(Digest digest) {
        return blobs().resolve(digest.algorithm()).resolve(digest.hex());
    }

    boolean has(Digest digest, long size) {
        Path path = path(digest);
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == size;
        } catch (IOException _) {
            return false;
        }
    }

    /** A manifest, its digest checked. */
    byte[] manifest(Digest digest) throws IOException {
        try (InputStream in = Files.newInputStream(path(digest))) {
            byte[] bytes = in.readNBytes(Manifest.LARGEST + 1);
            if (bytes.length > Manifest.LARGEST
                    || (digest.algorithm().equals("sha256")
                            && !Digest.sha256Of(bytes).equals(digest))) {
                throw new CriusException.DataLoss(path(digest) + " is damaged");
            }
            return bytes;
        }
    }
}
