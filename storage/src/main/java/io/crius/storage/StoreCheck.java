package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.record.BigData;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.Snapshot;
import io.crius.storage.tarsplit.AssembledTar;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what is on disk with what the records say: every layer's stream is made again and hashed, every image's data are
 * measured. Takes no lock, so a layer that goes meanwhile is not damaged but gone. Thread-safe.
 */
final class StoreCheck {
    private static final int BUFFER = 64 << 10;

    private final LayerStores layers;
    private final Images images;
    private final Linux linux;

    StoreCheck(LayerStores layers, Images images, Linux linux) {
        this.layers = layers;
        this.images = images;
        this.linux = linux;
    }

    /** Of this store; additional ones are their owners' business. Blocks: reads every byte of every layer. */
    StoreFindings run() throws IOException {
        var damaged = new HashMap<LayerId, String>();
        int checked = 0;
        for (LayerRecord layer : layers.readOwn().all()) {
            Optional<LayerId> id = Stored.valid(layer.id(), LayerId::new);
            if (id.isPresent() && !layer.isIncomplete() && layer.diffDigest().isPresent()) {
                checked++;
                check(layer).ifPresent(reason -> damaged.put(id.get(), reason));
            }
        }
        damaged.keySet().removeIf(this::isGone);
        return new StoreFindings(damaged, images(), checked);
    }

    private boolean isGone(LayerId id) {
        try {
            return layers.finished(id.value()).isEmpty();
        } catch (IOException e) {
            throw new CriusException.Failed("read the layers of the store: " + e.getMessage(), e);
        }
    }

    /** What is wrong with it, if anything. */
    private Optional<String> check(LayerRecord layer) throws InterruptedIOException {
        try (InputStream tar = AssembledTar.open(
                layers.tarSplit(layer.id()), layers.containers().driver().trees(layer.id()), linux)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long size = hash(tar, digest);
            String found = Digest.sha256(digest.digest()).toString();
            String wanted = layer.diffDigest().orElseThrow();
            if (!found.equals(wanted)) {
                return Optional.of("its content is " + found + ", not " + wanted);
            }
            boolean sizeIsWrong =
                    layer.diffSize().isPresent() && layer.diffSize().getAsLong() != size;
            return sizeIsWrong
                    ? Optional.of(
                            "it has " + size + " bytes, not " + layer.diffSize().getAsLong())
                    : missingParent(layer);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (NoSuchFileException e) {
            return Optional.of("missing: " + e.getMessage());
        } catch (IOException | CriusException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private Optional<String> missingParent(LayerRecord layer) throws IOException {
        return layer.parent().isPresent()
                        && layers.finished(layer.parent().get()).isEmpty()
                ? Optional.of("its parent " + layer.parent().get() + " is not in the store")
                : Optional.empty();
    }

    private static long hash(InputStream in, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while the store was checked");
            }
            digest.update(buffer, 0, count);
            size += count;
        }
        return size;
    }

    private Map<ImageId, String> images() throws IOException {
        var broken = new HashMap<ImageId, String>();
        for (ImageRecord image : images.readOwn().all()) {
            Optional<ImageId> id = Stored.valid(image.id(), ImageId::new);
            if (id.isPresent()) {
                whatIsWrong(id.get(), image).ifPresent(reason -> broken.put(id.get(), reason));
            }
        }
        return broken;
    }

    private Optional<String> whatIsWrong(ImageId id, ImageRecord image) throws IOException {
        for (BigData item : image.bigData()) {
            try {
                int size = images.data(id, item.key()).length;
                if (size != item.size()) {
                    return Optional.of("its data \"" + item.key() + "\" has " + size + " bytes, not " + item.size());
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException | CriusException e) {
                // One that cannot be read must not hide what is found out about the others.
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        Snapshot<LayerRecord> all = layers.read();
        for (Optional<String> next = image.layer(); next.isPresent(); ) {
            Optional<LayerRecord> layer = all.byId(next.get()).filter(record -> !record.isIncomplete());
            if (layer.isEmpty()) {
                return Optional.of("its layer " + next.get() + " is not in the store");
            }
            next = layer.get().parent();
        }
        return Optional.empty();
    }
}
