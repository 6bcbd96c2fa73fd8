package io.crius.image.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.storage.disk.NewFile;
import io.crius.storage.disk.TempDir;
import io.crius.storage.disk.TempDirs;
import io.crius.storage.lock.StoreLock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Changes an OCI layout. Thread-safe, by the layout's lock file, which podman takes as well.
 *
 * <p>What is visible is whole at any time: blobs come before the index that names them and go after it.
 */
final class LayoutWriter {
    private static final Logger LOG = System.getLogger(LayoutWriter.class.getName());
    private static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

    /** Other tools put blobs in place before they name them in the index. */
    private static final Duration SPARED = Duration.ofHours(24);

    private final BlobFolder blobs;
    private final Linux linux;
    private final StoreLock lock;
    private final TempDirs temporaries;

    LayoutWriter(BlobFolder blobs, Linux linux) {
        this.blobs = blobs;
        this.linux = linux;
        this.lock = new StoreLock(blobs.layout().resolve("index.lock"), linux);
        this.temporaries = new TempDirs(blobs.layout().resolve("tmp"), linux);
    }

    /**
     * What becomes visible.
     *
     * @param needed blobs that have to be there
     * @param staged where those are that are not in place yet
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Addition(Digest digest, byte[] manifest, List<Descriptor> needed, String name, Map<Digest, Path> staged) {}

    /** A folder on the same file system, gone with its owner. */
    TempDir temporary() throws IOException {
        makeFolders();
        return temporaries.create();
    }

    private void makeFolders() throws IOException {
        Files.createDirectories(
                blobs.blobs(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String algorithm : ALGORITHMS) {
            Path folder = blobs.blobs().resolve(algorithm);
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
        }
    }

    /** Waits until the disk has the file, which everybody may read: containers do, whoever they run as. */
    void toDisk(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (Fd fd = linux.descriptors().open(file, Set.of(OpenFlag.RDONLY), 0)) {
            linux.descriptors().fsync(fd);
        }
    }

    void add(Addition addition) throws ArtifactStaging.MissingBlobException {
        try {
            makeFolders();
            try (StoreLock.Held _ = lock.acquire()) {
                place(addition);
                NewFile.replace(blobs.path(addition.digest), addition.manifest, NewFile.Sync.DATA, linux);
                toDisk(blobs.path(addition.digest));
                if (!Files.exists(blobs.layout().resolve("oci-layout"))) {
                    NewFile.replace(
                            blobs.layout().resolve("oci-layout"), VERSION.getBytes(UTF_8), NewFile.Sync.DATA, linux);
                }
                LayoutIndex before = LayoutIndex.read(blobs.index());
                write(before.with(addition.digest, addition.manifest.length, addition.name));
                dropUnneeded(before);
            }
        } catch (IOException e) {
            throw ArtifactStaging.failed("keep artifact " + addition.name, e);
        }
    }

    private void place(Addition addition) throws IOException, ArtifactStaging.MissingBlobException {
        for (Descriptor blob : addition.needed) {
            Path staged = addition.staged.get(blob.digest());
            if (blobs.has(blob.digest(), blob.size())) {
                continue;
            }
            if (staged == null || !Files.exists(staged)) {
                throw new ArtifactStaging.MissingBlobException(blob.digest() + " is not there any more");
            }
            Files.move(staged, blobs.path(blob.digest()), StandardCopyOption.ATOMIC_MOVE);
        }
        for (String algorithm : ALGORITHMS) {
            folderToDisk(blobs.blobs().resolve(algorithm));
        }
    }

    private void folderToDisk(Path folder) throws IOException {
        try (Fd fd = linux.descriptors().open(folder, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            linux.descriptors().fsync(fd);
        }
    }

    private void write(LayoutIndex index) throws IOException {
        NewFile.replace(blobs.index(), index.bytes(), NewFile.Sync.DATA, linux);
        folderToDisk(blobs.layout());
    }

    void remove(UnaryOperator<LayoutIndex> change) {
        try (StoreLock.Held _ = lock.acquire()) {
            LayoutIndex before = LayoutIndex.read(blobs.index());
            write(change.apply(before));
            dropUnneeded(before);
        } catch (IOException e) {
            throw ArtifactStaging.failed("remove an artifact", e);
        }
    }

    /** Deletes what the index named before and no longer does; nothing, where it cannot be told what is needed. */
    private void dropUnneeded(LayoutIndex before) throws IOException {
        LayoutIndex now = LayoutIndex.read(blobs.index());
        Set<Digest> gone = new HashSet<>(before.manifests().keySet());
        gone.removeAll(now.manifests().keySet());
        Optional<Set<Digest>> needed = needed(now);
        if (gone.isEmpty() || needed.isEmpty()) {
            return;
        }
        Set<Digest> unneeded = new HashSet<>(gone);
        gone.forEach(digest -> content(digest).ifPresent(unneeded::addAll));
        unneeded.removeAll(needed.get());
        for (Digest digest : unneeded) {
            Files.deleteIfExists(blobs.path(digest));
        }
    }

    /** All manifests with all that they name; empty where one cannot be read. */
    private Optional<Set<Digest>> needed(LayoutIndex index) {
        Set<Digest> all = new HashSet<>(index.manifests().keySet());
        for (Digest digest : index.manifests().keySet()) {
            Optional<Set<Digest>> content = content(digest);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(content.get());
        }
        return index.isUnderstood() ? Optional.of(all) : Optional.empty();
    }

    private Optional<Set<Digest>> content(Digest digest) {
        try {
            ImageManifest manifest =
                    Manifest.parseStored(blobs.manifest(digest)).single();
            Set<Digest> content = new HashSet<>();
            content.add(manifest.config().digest());
            manifest.layers().forEach(layer -> content.add(layer.digest()));
            return Optional.of(content);
        } catch (IOException | CriusException e) {
            LOG.log(Level.WARNING, () -> "artifact " + digest + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Removes what a process left that died: temporary folders, and old blobs that nothing names. */
    void recover() {
        try (StoreLock.Held _ = lock.acquire()) {
            temporaries.recover();
            Optional<Set<Digest>> needed = needed(LayoutIndex.read(blobs.index()));
            if (needed.isPresent()) {
                for (String algorithm : ALGORITHMS) {
                    removeOld(blobs.blobs().resolve(algorithm), needed.get());
                }
            }
        } catch (IOException | CriusException e) {
            LOG.log(Level.WARNING, () -> "what is left of unfinished artifacts stays: " + e.getMessage());
        }
    }

    private void removeOld(Path folder, Set<Digest> needed) throws IOException {
        Set<String> names = new HashSet<>();
        needed.forEach(digest -> names.add(digest.hex()));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                boolean old = Files.getLastModifiedTime(file)
                        .toInstant()
                        .isBefore(Instant.now().minus(SPARED));
                if (old && !names.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException _) {
            // Nothing of that kind is kept.
        }
    }
}
