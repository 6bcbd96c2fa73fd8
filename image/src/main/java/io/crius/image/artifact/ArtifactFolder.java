package io.crius.image.artifact;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Manifest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads one OCI layout. Thread-safe; waits for nobody. What was read counts until {@code index.json} is another one. */
final class ArtifactFolder {
    private static final Logger LOG = System.getLogger(ArtifactFolder.class.getName());

    private record Stamp(@Nullable Object file, FileTime changed, long size) {}

    private record Known(Optional<Stamp> stamp, List<Artifact> artifacts) {}

    private final BlobFolder blobs;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(Optional.empty(), List.of()));

    ArtifactFolder(Path layout, Artifact.Access access) {
        this.blobs = new BlobFolder(layout, access);
    }

    BlobFolder blobs() {
        return blobs;
    }

    /** What is there. A layout that cannot be read has nothing, and the log says so once. */
    List<Artifact> list() {
        Known last = known.get();
        Optional<Stamp> now = stamp();
        if (last.stamp.equals(now)) {
            return last.artifacts;
        }
        var read = new Known(now, now.isEmpty() ? List.of() : read());
        known.compareAndSet(last, read);
        return read.artifacts;
    }

    private Optional<Stamp> stamp() {
        try {
            var attributes = Files.readAttributes(blobs.index(), BasicFileAttributes.class);
            return Optional.of(new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "artifacts: " + e);
            return Optional.empty();
        }
    }

    private List<Artifact> read() {
        List<Artifact> found = new ArrayList<>();
        try {
            LayoutIndex.read(blobs.index())
                    .manifests()
                    .forEach((digest, names) -> artifact(digest, names).ifPresent(found::add));
        } catch (IOException | CriusException e) {
            LOG.log(Level.WARNING, () -> "artifacts in " + blobs.layout() + " cannot be listed: " + e.getMessage());
        }
        return List.copyOf(found);
    }

    private Optional<Artifact> artifact(Digest digest, List<String> names) {
        try {
            return Optional.of(Artifact.of(
                    digest, Manifest.parseStored(blobs.manifest(digest)).single(), names, blobs));
        } catch (IOException | CriusException e) {
            LOG.log(
                    Level.WARNING,
                    () -> "artifact " + Objects.requireNonNullElse(names.isEmpty() ? null : names.getFirst(), digest)
                            + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}
