package io.crius.image.trust.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;

/**
 * A compressed packet. It may go on to the end of the message (RFC 9580, 4.2.1.4: indeterminate length), and then only the end of
 * the compressed stream itself tells what belongs to it. For one thread.
 */
final class CompressedPacket {
    /** Who decompresses without a header wants to see a byte more than there is. */
    private static final int SPARE = 1;

    private final InputStream text;
    private final InputStream compressed;
    private final Optional<Inflater> inflater;

    private CompressedPacket(InputStream text, InputStream compressed, Optional<Inflater> inflater) {
        this.text = text;
        this.compressed = compressed;
        this.inflater = inflater;
    }

    static CompressedPacket open(PGPCompressedData packet) throws IOException, PGPException {
        return switch (packet.getAlgorithm()) {
            case CompressionAlgorithmTags.ZIP -> inflating(packet.getInputStream(), true);
            case CompressionAlgorithmTags.ZLIB -> inflating(packet.getInputStream(), false);
            default -> new CompressedPacket(packet.getDataStream(), packet.getInputStream(), Optional.empty());
        };
    }

    private static CompressedPacket inflating(InputStream compressed, boolean bare) throws IOException {
        byte[] all = compressed.readAllBytes();
        var inflater = new Inflater(bare);
        var input = new ByteArrayInputStream(Arrays.copyOf(all, all.length + SPARE));
        // One piece, so that the inflater knows how much of it is left.
        var text = new InflaterInputStream(input, inflater, all.length + SPARE);
        return new CompressedPacket(text, compressed, Optional.of(inflater));
    }

    InputStream text() {
        return text;
    }

    /** Whether the packet goes on after its text, which has been read to its end. */
    boolean isFollowed() throws IOException {
        boolean followed =
                inflater.map(i -> i.getRemaining() > SPARE).orElse(false) || text.read() >= 0 || compressed.read() >= 0;
        inflater.ifPresent(Inflater::end);
        return followed;
    }
}
