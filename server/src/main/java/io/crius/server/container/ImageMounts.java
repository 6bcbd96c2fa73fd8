package io.crius.server.container;

import io.crius.linux.Mounts;
import io.crius.linux.UnmountFlag;
import io.crius.model.Attempts;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.KeyedLocks;
import io.crius.server.container.spec.GrantedMount.Origin;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.Registry;
import io.crius.storage.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Images, and artifacts, whose content containers mount. All containers of the node share one mount of an image, which
 * goes with the last of them. Thread-safe by a lock for each image.
 *
 * <p>Who uses an image is in the definitions of the containers, which are journaled before anything is mounted: after a
 * restart the users are known again, and a container that is given back unmounts what only it used, whatever part of
 * that was done before.
 *
 * <p>On disk: {@code <run_dir>/images/<image>} is a mount point while a container uses the image.
 */
public final class ImageMounts {
    /** Shows what images contain. */
    public interface Contents {
        /** Mounts it read-only on the folder: all of it or, after a failure, nothing. */
        void show(ImageId image, Path point) throws IOException;

        /** What it is. */
        Origin origin(ImageId image);

        /** Takes away what a daemon left beside the folder that died in {@link #show}. Idempotent. */
        void forget(Path point) throws IOException;

        /**
         * Images of the store, and nothing else.
         *
         * @param label of SELinux that all files show; empty for none
         */
        static Contents of(Store store, String label) {
            return new Contents() {
                @Override
                public void show(ImageId image, Path point) {
                    store.mountImageAt(image, point, label);
                }

                @Override
                public Origin origin(ImageId image) {
                    return Origin.IMAGE;
                }

                @Override
                public void forget(Path point) {
                    // The store mounts in one step.
                }
            };
        }
    }

    /** A mount that a container takes part in. */
    record Shown(Path point, Origin origin) {}

    private final Registry registry;
    private final Contents contents;
    private final Mounts mounts;
    private final Path folder;
    private final KeyedLocks<ImageId> locks = new KeyedLocks<>();

    /** Changed under the image's lock only. A set that became empty stays, so that it is not read from the registry again. */
    private final Map<ImageId, Set<ContainerId>> users = new ConcurrentHashMap<>();

    /** {@code folder} is the daemon's own, on a file system that a reboot empties. */
    public ImageMounts(Registry registry, Contents contents, Mounts mounts, Path folder) {
        this.registry = registry;
        this.contents = contents;
        this.mounts = mounts;
        this.folder = folder;
    }

    /** Mounts the images that a planned container uses, and says where each is. Idempotent. */
    Map<ImageId, Shown> take(ContainerDefinition container) {
        return container.mountedImages().values().stream()
                .distinct()
                .collect(Collectors.toMap(image -> image, image -> take(image, container.id())));
    }

    private Shown take(ImageId image, ContainerId container) {
        try (KeyedLocks.Held _ = lock(image)) {
            users(image).add(container);
            Path point = folder.resolve(image.value());
            if (!mounts.isMountPoint(point)) {
                mount(image, point);
            }
            return new Shown(point, contents.origin(image));
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "ImageVolumeMountFailed: mount of image " + image + ": " + e.getMessage(), e);
        }
    }

    private void mount(ImageId image, Path point) throws IOException {
        Files.createDirectories(point);
        contents.show(image, point);
    }

    /** Gives back what the container used; unmounts what nobody else uses. Idempotent. */
    void release(ContainerDefinition container) {
        container.mountedImages().values().stream().distinct().forEach(image -> release(image, container.id()));
    }

    private void release(ImageId image, ContainerId container) {
        try (KeyedLocks.Held _ = lock(image)) {
            Set<ContainerId> left = users(image);
            left.remove(container);
            if (left.isEmpty()) {
                unmount(folder.resolve(image.value()));
            }
        } catch (IOException e) {
            throw new CriusException.Failed("unmount of image " + image + ": " + e.getMessage(), e);
        }
    }

    /**
     * Unmounts what no container uses, each by an attempt of its own. A container whose journal cannot be read may use any of them.
     */
    public void releaseUnused(Attempts releases) {
        if (!registry.quarantined().isEmpty()) {
            return;
        }
        try (Stream<Path> points = Files.list(folder)) {
            for (Path point : points.toList()) {
                ImageId.naming(point)
                        .ifPresent(
                                image -> releases.make("unmount of image " + image, () -> releaseUnused(image, point)));
            }
        } catch (NoSuchFileException _) {
            // No image was ever mounted.
            return;
        } catch (IOException e) {
            throw new CriusException.Failed("images mounted in " + folder + ": " + e, e);
        }
    }

    private void releaseUnused(ImageId image, Path point) throws IOException {
        try (KeyedLocks.Held _ = lock(image)) {
            if (users(image).isEmpty()) {
                unmount(point);
            }
        }
    }

    private void unmount(Path point) throws IOException {
        while (mounts.isMountPoint(point)) {
            // A container that is being made elsewhere may hold a copy; it goes with that container.
            mounts.unmount(point, EnumSet.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
        }
        Files.deleteIfExists(point);
        contents.forget(point);
    }

    /** A container that mounts the image, which is not to be deleted then. */
    public Optional<ContainerId> user(ImageId image) {
        return registry.everyContainer().stream()
                .map(Container::definition)
                .filter(container -> container.mountedImages().containsValue(image))
                .map(ContainerDefinition::id)
                .findFirst();
    }

    private Set<ContainerId> users(ImageId image) {
        return users.computeIfAbsent(image, _ -> {
            Set<ContainerId> known = ConcurrentHashMap.newKeySet();
            registry.everyContainer().stream()
                    .map(Container::definition)
                    .filter(container -> container.mountedImages().containsValue(image))
                    .forEach(container -> known.add(container.id()));
            return known;
        });
    }

    private KeyedLocks.Held lock(ImageId image) {
        try {
            return locks.lock(image);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("wait for the mount of image " + image, e);
        }
    }
}
