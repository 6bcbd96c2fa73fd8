package io.crius.image.pull;

import io.crius.image.encryption.DecryptedBlob;
import io.crius.model.CriusException;
import io.crius.oci.image.Descriptor;
import io.crius.storage.Compression;
import io.crius.storage.LayerBlob;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A blob without its encryption, if it has one. One thread. */
final class PlainBlob {
    private final Descriptor blob;
    private final YieldingInput source;
    private final Optional<DecryptedBlob> decrypted;

    private PlainBlob(Descriptor blob, YieldingInput source, Optional<DecryptedBlob> decrypted) {
        this.blob = blob;
        this.source = source;
        this.decrypted = decrypted;
    }

    static PlainBlob of(LayerPipeline.Wish wish, YieldingInput source) {
        return new PlainBlob(wish.blob(), source, wish.key().map(key -> key.decrypt(source)));
    }

    InputStream content() {
        return decrypted.<InputStream>map(stream -> stream).orElse(source);
    }

    /**
     * Reads on to the end, where the blob is checked, as it came and as it was decrypted, and says what it is.
     *
     * @throws CriusException.DataLoss it is not what it should be
     */
    LayerBlob drained(Compression compression) {
        if (decrypted.isEmpty()) {
            source.drain();
            return new LayerBlob(blob.digest(), blob.size(), compression);
        }
        DecryptedBlob plain = decrypted.get();
        try {
            plain.drain();
        } catch (IOException e) {
            throw new CriusException.Failed("decrypt blob " + blob.digest() + ": " + e.getMessage(), e);
        }
        return new LayerBlob(plain.digest(), plain.size(), compression);
    }
}
