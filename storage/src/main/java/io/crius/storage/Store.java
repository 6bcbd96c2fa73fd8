package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The store of layers, images and containers, shared with other tools while it is open.
 *
 * <p>Thread-safe. Looking up never waits for a lock, ours or another tool's. Changes take the store's lock files and wait
 * for whoever holds them; an interrupt ends the wait with {@link io.crius.model.CriusException.Cancelled} and the flag set.
 */
public interface Store extends AutoCloseable {
    /**
     * Opens the store, making what is missing, and removes what died half-way. Blocks: while other tools hold its locks.
     *
     * @throws io.crius.model.CriusException.Failed a folder cannot be made or mounted
     * @throws io.crius.model.CriusException.DataLoss a file of records is unreadable; nothing is changed then
     */
    static Store open(StoreOptions options, Linux linux) {
        return DiskStore.open(options, linux);
    }

    // ---- layers

    /** A finished layer. */
    Optional<StoredLayer> layer(LayerId id);

    /** All finished layers whose uncompressed content has this digest, wherever in a chain they are. */
    List<StoredLayer> layersByDiffId(Digest diffId);

    /** All finished layers that came in a blob with this digest. */
    List<StoredLayer> layersByBlob(Digest blob);

    /** The id that the layer with this content has on top of that parent, in every tool's store. */
    static LayerId layerId(Optional<LayerId> parent, Digest diffId) {
        return LayerIds.of(parent, diffId);
    }

    /** Begins a layer; see {@link LayerStaging}. */
    LayerStaging stageLayer();

    /**
     * Makes the staged layer, which has been unpacked, a layer of the store on top of its parent. Where a layer with that
     * id exists already, it is taken as it is and the staging is thrown away.
     *
     * @throws io.crius.model.CriusException.Overtaken the parent is not there (any more): another tool may have removed the
     *     only image that held it; the pull has to begin again
     * @throws io.crius.model.CriusException.FailedPrecondition the layer is damaged and a mount stands on it, see
     *     {@link #requireReplaceable}
     */
    LayerId commitLayer(LayerStaging staging, Optional<LayerId> parent, LayerBlob blob);

    /**
     * Returns unless the layer was found damaged and is below something that is mounted now, which {@link #commitLayer} would
     * refuse: for asking before the content is fetched. Takes no lock.
     *
     * @throws io.crius.model.CriusException.FailedPrecondition it is; the message names the mount
     */
    void requireReplaceable(LayerId id);

    /**
     * The layer's content as the tar stream that it came as, byte by byte.
     *
     * @throws io.crius.model.CriusException.NotFound no such layer, or nothing is known of its stream
     */
    InputStream layerTar(LayerId id);

    // ---- images

    List<StoredImage> images();

    Optional<StoredImage> image(ImageId id);

    /** The image with exactly this name. */
    Optional<StoredImage> imageByName(String name);

    /** By exact id, exact name, or unique prefix of an id, in this order; an ambiguous prefix finds nothing. */
    Optional<StoredImage> lookupImage(String idOrName);

    /**
     * Puts the image into the store and gives it its names, which other images lose. An image with that id gets the new
     * data and names added.
     *
     * <p>An image that lost its last name by that stays, without names, as after every naming: it is listed, and deleted by its
     * id. All names move in one step, so after a death at any moment each is either where it was or where it goes.
     *
     * @throws io.crius.model.CriusException.Overtaken its top layer is not there (any more)
     * @throws io.crius.model.CriusException.FailedPrecondition an image with that id has another top layer
     */
    StoredImage putImage(NewImage image);

    /** Gives the image a name, which any other image loses. */
    void addImageName(ImageId id, String name);

    /** Takes the name from the image that has it and says which; the image stays, be it without names. */
    Optional<ImageId> removeImageName(String name);

    /**
     * Deletes the image and those of its layers that nothing else needs. An image that does not exist is no error.
     *
     * @throws io.crius.model.CriusException.FailedPrecondition a container uses it; the message names the container
     */
    void deleteImage(ImageId id);

    /**
     * Deletes the layer and those below it, as far as no image, no container and no other layer stands on them. For what a pull
     * has committed and no image will hold. Layers that do not exist are no error.
     */
    void deleteLayers(LayerId top);

    /**
     * Deletes finished layers that no image and no container stands on, such as a pull leaves that never came to its end,
     * and says how many. Pulls in progress, other tools' too, are spared by the age.
     */
    int deleteUnusedLayers(Instant createdBefore);

    /** The bytes kept under the key; {@link io.crius.model.CriusException.NotFound} without image or key. */
    byte[] imageData(ImageId id, String key);

    /** Its data and the uncompressed size of all its layers; empty where a layer's size is unknown. */
    OptionalLong imageSize(ImageId id);

    /**
     * Mounts the image read-only and says where. Counted: each call wants one {@link #unmountImage}, and the mount is
     * shared with other tools.
     */
    Path mountImage(ImageId id);

    /** Gives one {@link #mountImage} back. Without a mount it does nothing. */
    void unmountImage(ImageId id);

    /**
     * Mounts the image read-only at a place of the caller's, who unmounts it and keeps the image from being deleted until then.
     * Nothing is counted and no lock is taken.
     *
     * @param label of SELinux that all files show, where the driver can; empty for none
     */
    void mountImageAt(ImageId id, Path target, String label);

    // ---- containers

    List<StoredContainer> containers();

    Optional<StoredContainer> container(ContainerId id);

    /**
     * Makes the container's record and writable layer.
     *
     * @throws io.crius.model.CriusException.AlreadyExists a container has this id or one of the names
     * @throws io.crius.model.CriusException.NotFound the image does not exist
     */
    StoredContainer createContainer(NewContainer container);

    /**
     * The same and {@link #mountContainer} in one, sooner: the caller goes on while the disk is waited for. Its folders are
     * there; look-ups find it once the records are.
     */
    MountedContainer createMountedContainer(NewContainer container);

    /** Mounts the container's root for writing and says where. Counted, as {@link #mountImage}. */
    Path mountContainer(ContainerId id);

    /** Where the container's root is mounted right now. */
    Optional<Path> mountedContainer(ContainerId id);

    /** Where the container writes; empty for one that does not exist, or where that cannot be said. Takes no lock. */
    default Optional<WritableTree> writableTree(ContainerId id) {
        return Optional.empty();
    }

    /** Gives one {@link #mountContainer} back; a container that is not mounted or does not exist is no error. */
    void unmountContainer(ContainerId id);

    /** Unmounts and deletes the container: record, writable layer, folders. One that does not exist is no error. */
    void deleteContainer(ContainerId id);

    /** Replaces the text by which the caller recognises the container. */
    void setContainerMetadata(ContainerId id, String metadata);

    // ---- the whole

    /**
     * Compares everything on disk with what the records say of it, changes nothing, and remembers which layers are damaged:
     * {@link #layer} does not find those any more, so that the next pull fetches them again, and {@link #commitLayer} puts
     * the good content in their place.
     *
     * <p>Blocks: reads every byte of every layer; takes no lock, so everything else goes on.
     */
    StoreFindings check();

    /** What the last {@link #check} found wrong with the image or one of its layers, and no pull has repaired since. */
    Optional<String> damage(ImageId id);

    /**
     * What the store takes on disk, as counted last. Where that is old it is counted anew, for the next one who asks.
     *
     * <p>Waits for nothing, but for the first count: that is waited for at most two seconds and half of the time that the caller
     * has ({@link io.crius.model.Deadline#CURRENT}), and not at all once it has taken half a minute. Until it is there, layers
     * count with the length of their archives, and nothing else does.
     *
     * @throws io.crius.model.CriusException.Cancelled interrupted while waiting; the flag stays set
     */
    StoreUsage usage();

    /** Has what the store takes counted in the background, so that it is known when it is asked for. Waits for nothing. */
    void beginCounting();

    /**
     * Lets go of the driver's home mount where no layer is mounted. Mounts stay: containers outlive the daemon.
     * Idempotent.
     */
    @Override
    void close();
}
