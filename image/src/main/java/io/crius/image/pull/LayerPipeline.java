package io.crius.image.pull;

import io.crius.image.encryption.LayerKey;
import io.crius.image.registry.BlobStream;
import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Descriptor;
import io.crius.storage.Compression;
import io.crius.storage.LayerBlob;
import io.crius.storage.LayerContent;
import io.crius.storage.LayerStaging;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Brings the content of blobs into staged layers: a second thread downloads, checks and decompresses while the caller's
 * unpacks. Thread-safe.
 */
final class LayerPipeline {
    /** Platform threads: decompression computes for long, and would keep a carrier of virtual threads to itself. */
    private static final ThreadFactory DOWNLOADS =
            Thread.ofPlatform().daemon().name("layer-download-", 0).factory();

    private final PullBudget budget;
    private final UnpackLimits limits;

    /**
     * A layer that somebody wants.
     *
     * @param index from 0, base first
     * @param diffId what its content has to be; absent where the manifest does not say
     * @param key what the blob is encrypted with, if it is
     */
    record Wish(int index, Descriptor blob, Optional<Digest> diffId, Optional<LayerKey> key) {}

    LayerPipeline(PullBudget budget, UnpackLimits limits) {
        this.budget = budget;
        this.limits = limits;
    }

    /**
     * Downloads and unpacks one layer. Blocks.
     *
     * @throws CriusException.DataLoss blob or content are not what manifest and configuration say
     * @throws CriusException.InvalidArgument the content is no layer
     */
    StagedLayer run(Wish layer, RegistryClient client, LayerStaging staging, PullProgress progress) {
        PullLimits.Ring size = PullLimits.Ring.of(layer.blob().size());
        try (PullBudget.Share _ = share(size, progress)) {
            var ring = new BufferRing(size);
            var download = new FutureTask<>(() -> download(layer, client, ring, progress));
            Thread thread = DOWNLOADS.newThread(download);
            thread.start();
            try {
                LayerContent content = unpack(staging, ring, download);
                requireContent(layer, content);
                return new StagedLayer(staging, result(download), content.diffId());
            } finally {
                ring.abandon();
                end(thread);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("layer " + layer.index() + ": cancelled", e);
        }
    }

    private PullBudget.Share share(PullLimits.Ring size, PullProgress progress) throws InterruptedException {
        try (PullProgress.Waiting _ = progress.waiting()) {
            return budget.layer(size);
        }
    }

    static void requireContent(Wish layer, LayerContent content) {
        if (!content.diffId().equals(layer.diffId().orElse(content.diffId()))) {
            throw new CriusException.DataLoss(
                    "layer " + layer.index() + " (blob " + layer.blob().digest() + ") does not match config's DiffID \""
                            + layer.diffId().orElseThrow() + "\", it has " + content.diffId());
        }
    }

    private LayerContent unpack(LayerStaging staging, BufferRing ring, FutureTask<LayerBlob> download)
            throws InterruptedException {
        try {
            return staging.unpack(ring.input(), limits);
        } catch (CriusException.InvalidArgument e) {
            // An archive looks broken too when its blob is not the right one. The download reads on and tells.
            ring.abandon();
            result(download);
            throw e;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CriusException.Cancelled("unpack a layer: cancelled", e);
            }
            result(download);
            throw new CriusException.Failed("unpack a layer: " + e.getMessage(), e);
        }
    }

    /** How the download went. */
    private static LayerBlob result(FutureTask<LayerBlob> download) throws InterruptedException {
        try {
            return download.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CriusException known) {
                throw known;
            }
            throw new CriusException.Failed("download a layer: " + e.getMessage(), e);
        }
    }

    /** The thread uses the client and the ring; nothing of it may go on when the layer is done with. */
    private static void end(Thread thread) {
        thread.interrupt();
        ThreadEnd.await(thread);
    }

    /** The download's thread: fills the ring to the verified end of the blob. */
    private LayerBlob download(Wish layer, RegistryClient client, BufferRing ring, PullProgress progress)
            throws InterruptedException {
        PullBudget.Turn turn = budget.decompression();
        try (BlobStream stream = client.open(layer.blob())) {
            var source = PlainBlob.of(layer, new YieldingInput(stream, turn, progress));
            LayerBlob blob = decode(layer.blob(), source, turn, new Target(ring, progress));
            ring.end();
            return blob;
        } catch (Throwable e) {
            ring.fail(e);
            throw e;
        } finally {
            turn.giveBack();
        }
    }

    /** Where content goes, and who is told. */
    private record Target(BufferRing ring, PullProgress progress) {}

    private static LayerBlob decode(Descriptor blob, PlainBlob source, PullBudget.Turn turn, Target target)
            throws InterruptedException {
        try (LayerDecoder decoder = LayerDecoder.of(source.content())) {
            copy(decoder, turn, target);
            return source.drained(decoder.compression());
        } catch (IOException e) {
            source.drained(Compression.NONE);
            throw new CriusException.InvalidArgument(
                    "blob " + blob.digest() + " (media type " + blob.mediaType() + ") is no layer: " + e.getMessage(),
                    e);
        }
    }

    private static void copy(LayerDecoder decoder, PullBudget.Turn turn, Target target)
            throws IOException, InterruptedException {
        BufferRing ring = target.ring;
        for (BufferRing.Buffer buffer = ring.take(); buffer != null; buffer = ring.take()) {
            turn.take();
            boolean more = buffer.fill(decoder);
            turn.giveBack();
            if (!more) {
                return;
            }
            ring.put(buffer);
            target.progress.moved();
        }
    }
}
