package io.crius.server.container;

import io.crius.image.ImageCatalog;
import io.crius.image.artifact.Artifact;
import io.crius.linux.Mounts;
import io.crius.model.ImageId;
import io.crius.server.container.spec.GrantedMount.Origin;
import io.crius.storage.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The contents of images and of artifacts, which the CRI calls images as well. Thread-safe. */
public final class MountedContents implements ImageMounts.Contents {
    private final ImageMounts.Contents images;
    private final Store store;
    private final ImageCatalog catalog;
    private final ArtifactMounts artifacts;

    /** @param label of SELinux that the files of images show; empty for none. Those of artifacts keep the disk's */
    public MountedContents(Store store, String label, ImageCatalog catalog, Mounts mounts) {
        this.images = ImageMounts.Contents.of(store, label);
        this.store = store;
        this.catalog = catalog;
        this.artifacts = new ArtifactMounts(mounts);
    }

    @Override
    public void show(ImageId image, Path point) throws IOException {
        Optional<Artifact> artifact =
                origin(image) == Origin.IMAGE ? Optional.empty() : catalog.artifact(image.value());
        if (artifact.isPresent()) {
            artifacts.show(artifact.get(), point);
        } else {
            images.show(image, point);
        }
    }

    @Override
    public Origin origin(ImageId image) {
        return store.image(image).isPresent() ? Origin.IMAGE : Origin.ARTIFACT;
    }

    @Override
    public void forget(Path point) throws IOException {
        artifacts.remove(ArtifactMounts.unfinished(point));
    }
}
