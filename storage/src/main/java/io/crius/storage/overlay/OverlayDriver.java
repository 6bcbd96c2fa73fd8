package io.crius.storage.overlay;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.storage.disk.MountsBelow;
import io.crius.storage.disk.NewFile;
import io.crius.storage.disk.TempDir;
import io.crius.storage.driver.DriverHomeMount;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.driver.MountRequest;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.owner.IdMappings;
import io.crius.storage.owner.OwnerShift;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Layers as folders of differences, shown by overlay mounts. */
public final class OverlayDriver implements StorageDriver {
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private final DriverPlaces places;
    private final Optional<DriverHomeMount> homeMount;
    private final LayerFolders folders;
    private final LayerMounts mounts;
    private final MappedMountProbe mapped;
    private final Linux linux;

    public OverlayDriver(
            DriverPlaces places, OverlayOptions options, Optional<DriverHomeMount> homeMount, Linux linux) {
        this.places = places;
        this.homeMount = homeMount;
        this.linux = linux;
        this.folders = new LayerFolders(places, linux);
        this.mounts = new LayerMounts(places, folders, options, linux);
        this.mapped = new MappedMountProbe(places, linux);
    }

    @Override
    public Path home() {
        return places.home();
    }

    @Override
    public Path layers() {
        return places.home();
    }

    @Override
    public Path folder(String layer) {
        return folders.folder(layer);
    }

    @Override
    public void prepare() throws IOException {
        if (homeMount.isPresent()) {
            homeMount.get().ensure();
        }
        Path marker = places.home().resolve(".has-mount-program");
        if (!Files.exists(marker)) {
            NewFile.replace(marker, "false".getBytes(StandardCharsets.US_ASCII), NewFile.Sync.NONE, linux);
        }
    }

    @Override
    public void release() throws IOException {
        if (homeMount.isPresent()) {
            homeMount.get().release();
        }
    }

    @Override
    public void makeStaging(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    /** Differences are what an archive has, so there is nothing to do. */
    @Override
    public NewTree.Staged settle(NewTree.Unpacked unpacked, Optional<String> parent, TempDir temp) {
        return new NewTree.Staged(unpacked.folder(), unpacked.ownMode());
    }

    @Override
    public Shift create(NewLayer layer) throws IOException {
        boolean byMount =
                layer.owners().isEmpty() || mapped.works(layer.owners().get());
        folders.create(byMount ? layer : layer.withoutOwners());
        if (byMount) {
            return Shift.BY_MOUNT;
        }
        shift(layer.id(), layer.owners().get());
        return Shift.ON_DISK;
    }

    /** Copies every file of the layers below into this one: dear in time and space, for kernels that know no better way. */
    private void shift(String layer, IdMappings owners) throws IOException {
        mounts.mount(new MountRequest(layer, MountRequest.Access.READ_WRITE, Optional.empty()));
        try (Fd root = linux.descriptors().open(mounts.mountPoint(layer), FOLDER, 0)) {
            new OwnerShift(owners, linux).apply(root);
        } finally {
            mounts.unmount(layer);
        }
        try (Fd folder = linux.descriptors().open(folders.folder(layer), FOLDER, 0)) {
            linux.attributes().chownAt(folder, "work", owners.uid(0), owners.gid(0));
        }
    }

    @Override
    public void replace(String layer, NewTree.Staged tree, TempDir trash) throws IOException {
        if (tree.ownMode() == NewTree.OwnMode.OF_PARENT) {
            folders.copyRoot(folders.ancestors(layer).stream().findFirst(), tree.folder());
        }
        folders.exchange(layer, tree.folder());
        trash.take(tree.folder());
    }

    @Override
    public Trees trees() {
        return Trees.DIFFERENCES;
    }

    @Override
    public List<Path> trees(String layer) throws IOException {
        return folders.trees(layer);
    }

    @Override
    public Path mountPoint(String layer) {
        return mounts.mountPoint(layer);
    }

    @Override
    public boolean isMounted(String layer) throws IOException {
        return mounts.isMounted(layer);
    }

    @Override
    public void mount(MountRequest request) throws IOException {
        try {
            mounts.mount(request);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.EINVAL && request.owners().isPresent() ? withAdvice(e) : e;
        }
    }

    @Override
    public void mountAt(String layer, Path target, String label) throws IOException {
        mounts.mountAt(layer, target, label);
    }

    @Override
    public Optional<Path> mountOver(String layer) throws IOException {
        return mounts.over(layer);
    }

    private static ErrnoException withAdvice(ErrnoException e) {
        return new ErrnoException(
                e.call() + " (with the owners of a user namespace, for which overlay needs Linux 5.19 and a file system"
                        + " that knows id-mapped mounts)",
                e.number());
    }

    @Override
    public void unmount(String layer) throws IOException {
        mounts.unmount(layer);
    }

    @Override
    public void unmountAllBelow(String layer) throws IOException {
        MountsBelow.detach(places.home().resolve(layer), linux.mounts());
    }

    @Override
    public void discard(String layer, TempDir trash) throws IOException {
        folders.discard(layer, trash);
    }

    @Override
    public void sweep() throws IOException {
        folders.removeDanglingLinks();
    }
}
