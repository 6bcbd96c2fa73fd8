package io.crius.server.image;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crius.linux.AtomicFiles;
import io.crius.linux.FileMode;
import io.crius.model.Attempts;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which images are being removed: the store forgets an image before its layers, so that nobody sees one without them, and who dies
 * between leaves layers that nobody knows. Thread-safe.
 *
 * <p>On disk: {@code <state_dir>/removals/<image>} has the id of the image's top layer until the removal is done.
 */
public final class ImageRemovals {
    private static final System.Logger LOG = System.getLogger(ImageRemovals.class.getName());

    private final Store store;
    private final AtomicFiles files;
    private final Path folder;
    private final List<Path> earlier;

    /** What is in {@code folder} now was begun by a daemon before this one. */
    public ImageRemovals(Store store, AtomicFiles files, Path folder) {
        this.store = store;
        this.files = files;
        this.folder = folder;
        this.earlier = notes(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            LOG.log(WARNING, () -> "removals of images are not noted: " + e);
        }
    }

    private static List<Path> notes(Path folder) {
        try (Stream<Path> notes = Files.list(folder)) {
            return notes.toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new CriusException.Failed("removals of images in " + folder + ": " + e, e);
        }
    }

    /**
     * Makes a removal that is finished by a later daemon if this one dies. It is made also where that cannot be noted, on a full
     * disk say, which removals of images are to help.
     */
    void make(ImageId image, Runnable removal) {
        Optional<LayerId> top = store.image(image).flatMap(StoredImage::topLayer);
        if (top.isEmpty()) {
            removal.run();
            return;
        }
        Path note = folder.resolve(image.value());
        try {
            files.write(note, top.get().value().getBytes(US_ASCII), FileMode.PRIVATE);
        } catch (IOException e) {
            LOG.log(WARNING, () -> "the removal of image " + image + " is not noted: " + e);
        }
        boolean removed = false;
        try {
            removal.run();
            removed = true;
        } finally {
            // Where the image is still there nothing was begun; otherwise it is finished later.
            if (removed || store.image(image).isPresent()) {
                forget(note);
            }
        }
    }

    private static void forget(Path note) {
        try {
            Files.deleteIfExists(note);
        } catch (IOException e) {
            LOG.log(WARNING, () -> "the note of a removal that is over, " + note + ", stays: " + e);
        }
    }

    /**
     * Deletes the layers of images that an earlier daemon had begun to remove, where it got so far, each by an attempt of its own.
     * Idempotent.
     */
    public void finishEarlier(Attempts removals) {
        for (Path note : earlier) {
            removals.make("note of a removal, " + note, () -> finish(note));
        }
    }

    private void finish(Path note) throws IOException {
        if (!Files.exists(note)) {
            return; // finished before, or removed once more meanwhile
        }
        Optional<ImageId> image = ImageId.naming(note);
        if (image.isPresent() && store.image(image.get()).isEmpty()) {
            store.deleteLayers(new LayerId(Files.readString(note, US_ASCII)));
            LOG.log(INFO, () -> "deleted what was left of image " + image.get() + ", whose removal was cut off");
        }
        Files.deleteIfExists(note);
    }
}
