package io.crius.image.artifact;

import io.crius.linux.Linux;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import io.crius.storage.disk.FolderSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The artifacts of the node: those in the store's own folder, and those in read-only ones, which are asked first.
 *
 * <p>Thread-safe. Reading waits for nobody. Changes wait for whoever holds {@code index.lock}; an interrupt ends the wait
 * with {@link io.crius.model.CriusException.Cancelled} and the flag set.
 */
public final class ArtifactStore {
    /** Below the root of a store. Compat: CRI-O's and podman's. */
    private static final String FOLDER = "artifacts";

    private final Path folder;
    private final FolderSize counter;
    private final ArtifactFolder own;
    private final List<ArtifactFolder> readOnly;
    private final LayoutWriter writer;

    private ArtifactStore(Path layout, List<Path> readOnlyLayouts, Linux linux) {
        this.folder = layout;
        this.counter = new FolderSize(linux);
        this.own = new ArtifactFolder(layout, Artifact.Access.OWNED);
        this.readOnly = readOnlyLayouts.stream()
                .map(one -> new ArtifactFolder(one, Artifact.Access.READ_ONLY))
                .toList();
        this.writer = new LayoutWriter(own.blobs(), linux);
    }

    /**
     * Opens the artifacts of a store and removes what died half-way there. Makes nothing before the first artifact.
     *
     * @param root of the image store
     * @param readOnlyRoots {@code additional_artifact_stores}; ones that do not exist are empty
     */
    public static ArtifactStore open(Path root, List<Path> readOnlyRoots, Linux linux) {
        var store = new ArtifactStore(
                root.resolve(FOLDER),
                readOnlyRoots.stream().map(one -> one.resolve(FOLDER)).toList(),
                linux);
        if (Files.isDirectory(root.resolve(FOLDER))) {
            store.writer.recover();
        }
        return store;
    }

    /** What the own folder takes on disk. */
    public FolderSize.Size size() {
        return counter.of(folder).orElse(FolderSize.Size.NOTHING);
    }

    /** All of them, each digest once. */
    public List<Artifact> list() {
        Map<Digest, Artifact> found = new LinkedHashMap<>();
        for (ArtifactFolder folder : readOnly) {
            folder.list().forEach(artifact -> found.putIfAbsent(artifact.digest(), artifact));
        }
        own.list().forEach(artifact -> found.merge(artifact.digest(), artifact, ArtifactStore::withNames));
        return List.copyOf(found.values());
    }

    private static Artifact withNames(Artifact one, Artifact other) {
        return new Artifact(
                one.digest(),
                Stream.concat(one.names().stream(), other.names().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                one.type(),
                one.size(),
                one.annotations(),
                one.files(),
                one.access());
    }

    /** The one whose id begins with these hex digits. */
    public Optional<Artifact> byId(String prefix) {
        return list().stream()
                .filter(artifact -> artifact.digest().hex().startsWith(prefix))
                .findFirst();
    }

    /** The one of that name; a digest also finds one that has a name in its repository. */
    public Optional<Artifact> byName(ImageReference reference) {
        return list().stream()
                .filter(artifact -> artifact.names().contains(reference.toString()) || isDigestOf(artifact, reference))
                .findFirst();
    }

    private static boolean isDigestOf(Artifact artifact, ImageReference reference) {
        return reference.digest().filter(artifact.digest()::equals).isPresent()
                && artifact.names().stream().anyMatch(name -> isIn(reference.repository(), name));
    }

    private static boolean isIn(String repository, String name) {
        return name.startsWith(repository)
                && (name.startsWith(":", repository.length()) || name.startsWith("@", repository.length()));
    }

    /** The one in a read-only folder that has that name, so that nothing has to be fetched. Compat: as CRI-O. */
    public Optional<Artifact> provided(ImageReference reference) {
        return readOnly.stream()
                .flatMap(folder -> folder.list().stream())
                .filter(artifact -> artifact.names().contains(reference.toString()))
                .findFirst();
    }

    /** Begins an artifact; see {@link ArtifactStaging}. */
    public ArtifactStaging stage() {
        return new ArtifactStaging(own.blobs(), writer);
    }

    /**
     * Takes names from artifacts; what has none left goes, and the content that nothing else needs. Names that do not exist
     * are no error, and neither are those in read-only folders, which stay.
     */
    public void removeNames(List<String> names) {
        List<String> owned = new ArrayList<>(names);
        owned.retainAll(own.list().stream()
                .flatMap(artifact -> artifact.names().stream())
                .toList());
        if (!owned.isEmpty()) {
            writer.remove(index -> {
                LayoutIndex left = index;
                for (String name : owned) {
                    left = left.withoutName(name);
                }
                return left;
            });
        }
    }

    /** Removes the artifact with all its names. One that does not exist, or is in a read-only folder, is no error. */
    public void remove(Digest digest) {
        if (own.list().stream().anyMatch(artifact -> artifact.digest().equals(digest))) {
            writer.remove(index -> index.without(digest));
        }
    }
}
