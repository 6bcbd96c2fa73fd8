package io.crius.storage.whole;

import io.crius.linux.Depth;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.MountFlag;
import io.crius.linux.MountInfo;
import io.crius.linux.OpenFlag;
import io.crius.linux.RenameFlag;
import io.crius.storage.disk.MountsBelow;
import io.crius.storage.disk.TempDir;
import io.crius.storage.driver.DriverHomeMount;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.driver.MountRequest;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.owner.OwnerShift;
import io.crius.storage.owner.PassableFolders;
import io.crius.storage.tree.TreeClean;
import io.crius.storage.tree.TreeMerge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A driver with a whole tree for each layer: vfs and btrfs. */
public final class WholeTreeDriver implements StorageDriver {
    static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    /** Compat: what a layer's root is like where nothing below says so. */
    private static final int ROOT_MODE = 0555;

    private final DriverPlaces places;
    private final String folderName;
    private final WholeTrees trees;
    private final Optional<DriverHomeMount> homeMount;
    private final Linux linux;

    private WholeTreeDriver(
            DriverPlaces places,
            String folderName,
            WholeTrees trees,
            Optional<DriverHomeMount> homeMount,
            Linux linux) {
        this.places = places;
        this.folderName = folderName;
        this.trees = trees;
        this.homeMount = homeMount;
        this.linux = linux;
    }

    /** By copies: {@code vfs/dir/<layer>}. */
    public static WholeTreeDriver vfs(DriverPlaces places, Linux linux) {
        return new WholeTreeDriver(places, "dir", new CopiedTrees(linux), Optional.empty(), linux);
    }

    /** By snapshots: {@code btrfs/subvolumes/<layer>}. */
    public static WholeTreeDriver btrfs(DriverPlaces places, Linux linux) {
        var homeMount = new DriverHomeMount(places.home(), linux);
        return new WholeTreeDriver(places, "subvolumes", new SubvolumeTrees(linux), Optional.of(homeMount), linux);
    }

    @Override
    public Path home() {
        return places.home();
    }

    @Override
    public Path layers() {
        return places.home().resolve(folderName);
    }

    @Override
    public Path folder(String layer) {
        String path = folderName + "/" + layer;
        return places.homeOf(path).resolve(path);
    }

    @Override
    public void prepare() throws IOException {
        if (homeMount.isPresent()) {
            homeMount.get().ensure();
        }
        if (!Files.isDirectory(layers())) {
            Files.createDirectory(layers());
        }
        trees.prepare(layers());
    }

    @Override
    public void release() throws IOException {
        if (homeMount.isPresent()) {
            homeMount.get().release();
        }
    }

    @Override
    public void makeStaging(Path folder) throws IOException {
        trees.make(folder, Optional.empty());
    }

    @Override
    public NewTree.Staged settle(NewTree.Unpacked unpacked, Optional<String> parent, TempDir temp) throws IOException {
        if (parent.isEmpty()) {
            try (Fd tree = linux.descriptors().open(unpacked.folder(), FOLDER, 0)) {
                new TreeClean(linux).apply(tree);
            }
            return new NewTree.Staged(unpacked.folder(), unpacked.ownMode());
        }
        Path whole = temp.child("whole");
        trees.make(whole, Optional.of(folder(parent.get())));
        try (Fd source = linux.descriptors().open(unpacked.folder(), FOLDER, 0);
                Fd target = linux.descriptors().open(whole, FOLDER, 0)) {
            new TreeMerge(target, trees.way(), unpacked.implied(), linux).apply(source, unpacked.ownMode());
        }
        return new NewTree.Staged(whole, NewTree.OwnMode.KEPT);
    }

    @Override
    public Shift create(NewLayer layer) throws IOException {
        Path tree = layers().resolve(layer.id());
        switch (layer.tree()) {
            case NewTree.Empty() -> {
                trees.make(tree, layer.parent().map(this::folder));
                if (layer.parent().isEmpty()) {
                    closeRoot(tree);
                }
            }
            case NewTree.Staged staged -> {
                if (staged.ownMode() == NewTree.OwnMode.OF_PARENT) {
                    closeRoot(staged.folder());
                }
                move(staged.folder(), layer.id(), RenameFlag.NOREPLACE);
            }
        }
        if (layer.owners().isEmpty()) {
            return Shift.BY_MOUNT;
        }
        try (Fd root = linux.descriptors().open(tree, FOLDER, 0)) {
            new OwnerShift(layer.owners().get(), linux).apply(root);
        }
        PassableFolders.above(tree, linux);
        return Shift.ON_DISK;
    }

    private void closeRoot(Path tree) throws IOException {
        try (Fd root = linux.descriptors().open(tree, FOLDER, 0)) {
            linux.attributes().chmod(root, ROOT_MODE);
        }
    }

    /** Kernel: both paths from one opening of the driver's folder, over which other tools mount at any time. */
    private void move(Path staged, String layer, RenameFlag flag) throws IOException {
        try (Fd home = linux.descriptors().open(places.home(), FOLDER, 0)) {
            String from = places.home().relativize(staged).toString();
            linux.attributes().renameAt(home, from, home, folderName + "/" + layer, flag);
        }
    }

    @Override
    public void replace(String layer, NewTree.Staged tree, TempDir trash) throws IOException {
        if (tree.ownMode() == NewTree.OwnMode.OF_PARENT) {
            closeRoot(tree.folder());
        }
        move(tree.folder(), layer, RenameFlag.EXCHANGE);
        trees.remove(tree.folder(), trash);
    }

    @Override
    public Trees trees() {
        return Trees.WHOLE;
    }

    @Override
    public List<Path> trees(String layer) {
        return List.of(folder(layer));
    }

    @Override
    public Path mountPoint(String layer) {
        return folder(layer);
    }

    @Override
    public boolean isMounted(String layer) {
        return Files.isDirectory(folder(layer));
    }

    @Override
    public void mount(MountRequest request) {}

    @Override
    public void mountAt(String layer, Path target, String label) throws IOException {
        linux.mounts().bind(folder(layer), target, Depth.SINGLE);
        linux.mounts().mount("none", target, "", EnumSet.of(MountFlag.REMOUNT, MountFlag.BIND, MountFlag.RDONLY), "");
    }

    /** Kernel: a bind mount shows a folder of its file system, which is named by its path in there. */
    @Override
    public Optional<Path> mountOver(String layer) throws IOException {
        Path tree = Path.of(folderName, layer);
        return linux.mounts().list().stream()
                .filter(mount -> isIn(Path.of(mount.root()), tree))
                .map(MountInfo::mountPoint)
                .findFirst();
    }

    private static boolean isIn(Path shown, Path tree) {
        for (int end = tree.getNameCount(); end <= shown.getNameCount(); end++) {
            if (shown.subpath(0, end).endsWith(tree)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void unmount(String layer) {}

    @Override
    public void unmountAllBelow(String layer) throws IOException {
        MountsBelow.detach(layers().resolve(layer), linux.mounts());
    }

    @Override
    public void discard(String layer, TempDir trash) throws IOException {
        trees.remove(layers().resolve(layer), trash);
    }

    @Override
    public void sweep() {}
}
