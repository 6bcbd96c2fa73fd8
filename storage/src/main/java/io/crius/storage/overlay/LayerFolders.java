package io.crius.storage.overlay;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.RenameFlag;
import io.crius.model.CriusException;
import io.crius.storage.disk.NewFile;
import io.crius.storage.disk.TempDir;
import io.crius.storage.driver.DriverPlaces;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.owner.IdMappings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes, reads and takes away the folders of layers. For the holder of {@code layers.lock}. */
final class LayerFolders {
    private static final int MOST_LOWERS = 500;
    private static final String DIFF = "diff";
    private static final String LINKS = "l";
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);
    private final DriverPlaces places;
    private final Path home;
    private final Linux linux;

    LayerFolders(DriverPlaces places, Linux linux) {
        this.places = places;
        this.home = places.home();
        this.linux = linux;
    }

    /** Where the layer is, be it in another store; where it would be in this one otherwise. */
    Path folder(String layer) {
        return places.homeOf(layer).resolve(layer);
    }

    Path diff(String layer) {
        return folder(layer).resolve(DIFF);
    }

    /** Makes the folder of a layer. After a failure a part of it may be there: {@link #discard} takes it away. */
    void create(NewLayer layer) throws IOException {
        try (Fd homeFd = linux.descriptors().open(home, FOLDER, 0)) {
            makeFolder(homeFd, LINKS, 0755);
            linux.attributes().mkdirAt(homeFd, layer.id(), 0700);
            try (Fd folder = linux.descriptors().openBeneath(homeFd, layer.id(), FOLDER, 0)) {
                makeDiff(homeFd, folder, layer.parent(), layer.tree());
                fill(folder, layer.id(), layer.parent());
                if (layer.owners().isPresent()) {
                    giveAway(folder, layer.owners().get());
                }
            }
        }
    }

    /** What the kernel writes for the namespace's root has to be his. */
    private void giveAway(Fd folder, IdMappings owners) throws IOException {
        for (String name : List.of(DIFF, "work", "merged")) {
            linux.attributes().chownAt(folder, name, owners.uid(0), owners.gid(0));
        }
    }

    /** Puts another tree in the place of the layer's own, and leaves the old one where that was. */
    void exchange(String layer, Path staged) throws IOException {
        try (Fd homeFd = linux.descriptors().open(home, FOLDER, 0)) {
            linux.attributes()
                    .renameAt(
                            homeFd,
                            home.relativize(staged).toString(),
                            homeFd,
                            layer + "/" + DIFF,
                            RenameFlag.EXCHANGE);
        }
    }

    /** Makes the root of a tree that is going to be the layer's look like the parent's. */
    void copyRoot(Optional<String> parent, Path tree) throws IOException {
        try (Fd diff = linux.descriptors().open(tree, FOLDER, 0)) {
            copyRoot(parent, diff);
        }
    }

    private void fill(Fd folder, String layer, Optional<String> parent) throws IOException {
        write(folder, "link", linked(layer));
        makeFolder(folder, "work", 0700);
        makeFolder(folder, "merged", 0700);
        if (parent.isEmpty()) {
            makeFolder(folder, "empty", 0700);
        } else {
            write(folder, "lower", lower(parent.get()));
            write(folder, "lower-layers", lowerLayers(parent.get()));
        }
    }

    private void makeDiff(Fd homeFd, Fd folder, Optional<String> parent, NewTree tree) throws IOException {
        NewTree.OwnMode ownMode = NewTree.OwnMode.OF_PARENT;
        switch (tree) {
            case NewTree.Empty() -> linux.attributes().mkdirAt(folder, DIFF, 0700);
            case NewTree.Staged(Path staged, NewTree.OwnMode mode) -> {
                // Kernel: rename(2) wants both places on one mount. Other tools mount and unmount the home at any time,
                // so
                // both are reached from one and the same opening of it.
                String path = home.relativize(staged).toString();
                linux.attributes().renameAt(homeFd, path, folder, DIFF);
                ownMode = mode;
            }
        }
        if (ownMode == NewTree.OwnMode.OF_PARENT) {
            try (Fd diff = linux.descriptors().openBeneath(folder, DIFF, FOLDER, 0)) {
                copyRoot(parent, diff);
            }
        }
    }

    /** Compat: the root of a layer looks like its parent's, that of a base layer is 0555. */
    private void copyRoot(Optional<String> parent, Fd diff) throws IOException {
        if (parent.isEmpty()) {
            linux.attributes().chmod(diff, 0555);
            return;
        }
        try (Fd above = linux.descriptors().open(diff(parent.get()), FOLDER, 0)) {
            FileStat stat = linux.attributes().stat(above);
            linux.attributes().chown(diff, stat.uid(), stat.gid());
            linux.attributes().chmod(diff, stat.permissions());
        }
    }

    /** Makes the layer's short name and says what it is. */
    private String linked(String layer) throws IOException {
        try (Fd links = linux.descriptors().open(home.resolve(LINKS), FOLDER, 0)) {
            while (true) {
                String name = ShortName.random();
                try {
                    linux.attributes().symlinkAt("../" + layer + "/" + DIFF, links, name);
                    return name;
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EEXIST) {
                        throw e;
                    }
                }
            }
        }
    }

    private String lower(String parent) throws IOException {
        String link = LINKS + "/" + text(parent, "link").orElseThrow(() -> damaged(parent, "link"));
        String lowers = text(parent, "lower").map(below -> link + ":" + below).orElse(link);
        if (lowers.split(":", -1).length > MOST_LOWERS) {
            throw new CriusException.InvalidArgument(
                    "layer on " + parent + ": more than " + MOST_LOWERS + " layers on top of each other");
        }
        return lowers;
    }

    private String lowerLayers(String parent) throws IOException {
        var ids = new ArrayList<String>();
        ids.add(parent);
        ids.addAll(ancestors(parent));
        return String.join(":", ids);
    }

    /** The layers below this one, nearest first, as its folder says. */
    List<String> ancestors(String layer) throws IOException {
        Optional<String> ids = text(layer, "lower-layers");
        if (ids.isPresent()) {
            return List.of(ids.get().split(":", -1));
        }
        Optional<String> links = text(layer, "lower");
        var ancestors = new ArrayList<String>();
        if (links.isPresent()) {
            for (String link : links.get().split(":", -1)) {
                ancestors.add(layerOf(link));
            }
        }
        return ancestors;
    }

    /** {@code l/<short name>} is a link to {@code ../<layer>/diff}. */
    private String layerOf(String link) throws IOException {
        Path target = Files.readSymbolicLink(places.homeOf(link).resolve(link));
        if (target.getNameCount() < 2) {
            throw new CriusException.DataLoss("link " + home.resolve(link) + " points to " + target
                    + ", not to a layer; podman system check tells more");
        }
        return target.getName(target.getNameCount() - 2).toString();
    }

    /** The trees to look a file of the layer up in: its own, then those below. */
    List<Path> trees(String layer) throws IOException {
        var trees = new ArrayList<Path>();
        addTrees(trees, layer);
        for (String ancestor : ancestors(layer)) {
            addTrees(trees, ancestor);
        }
        return trees;
    }

    /** Trees of former owners lie below the layer's own: {@code diff1}, {@code diff2}. */
    private void addTrees(List<Path> trees, String layer) {
        trees.add(diff(layer));
        for (int i = 1; Files.isDirectory(folder(layer).resolve(DIFF + i)); i++) {
            trees.add(folder(layer).resolve(DIFF + i));
        }
    }

    /** The layer's short name, which leads to its tree below {@code l}. */
    Optional<String> link(String layer) throws IOException {
        return text(layer, "link");
    }

    /** Moves the folder and the link of a layer to the trash; a part or all of them may be missing. */
    void discard(String layer, TempDir trash) throws IOException {
        Optional<String> link = text(layer, "link");
        if (link.isPresent() && link.get().matches("[A-Z0-9]{1,64}")) {
            trash.take(home.resolve(LINKS).resolve(link.get()));
        }
        trash.take(home.resolve(layer));
    }

    /** Removes short names of layers whose folder is gone: whoever removed it did not come to them. */
    void removeDanglingLinks() throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(home.resolve(LINKS))) {
            for (Path link : links) {
                if (Files.isSymbolicLink(link) && !Files.exists(link)) {
                    Files.deleteIfExists(link);
                }
            }
        } catch (NoSuchFileException _) {
            // no layer was ever made
        }
    }

    private Optional<String> text(String layer, String file) throws IOException {
        try {
            return Optional.of(Files.readString(folder(layer).resolve(file), StandardCharsets.ISO_8859_1)
                            .strip())
                    .filter(content -> !content.isEmpty());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void makeFolder(Fd parent, String name, int mode) throws IOException {
        try {
            linux.attributes().mkdirAt(parent, name, mode);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /**
     * Compat: a file may be absent but never half-written. podman 4.3, cleaning up after our death, takes an empty
     * {@code link} for a name and removes the folder of all short names.
     */
    private void write(Fd folder, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        NewFile.replace(folder, name, new NewFile.Content(bytes, 0644, NewFile.Sync.NONE), linux);
    }

    private CriusException.DataLoss damaged(String layer, String file) {
        return new CriusException.DataLoss("layer " + layer + " has no "
                + folder(layer).resolve(file) + "; remove its images and pull them again");
    }
}
