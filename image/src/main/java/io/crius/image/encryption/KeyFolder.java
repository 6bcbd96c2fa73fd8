package io.crius.image.encryption;

import io.crius.model.CriusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The folder of the node's private keys: {@code decryption_keys_path}. Thread-safe, without state: it is read anew each time,
 * so a key that is added or removed counts from the next pull on.
 */
public final class KeyFolder {
    /** Safety: bounds for a folder that is not what it should be. */
    private static final int MOST_FILES = 256;

    private static final int LARGEST_FILE = 1 << 20;

    private final Supplier<Path> folder;

    /** @param folder asked at each look, for the configuration may change it */
    public KeyFolder(Supplier<Path> folder) {
        this.folder = folder;
    }

    /**
     * The keys of all files in the folder and the folders below it. No folder means no keys. Blocks on the disk.
     *
     * <p>Compat: symbolic links are refused, and so is a file that is no key.
     *
     * @throws CriusException.FailedPrecondition with the file and what is wrong with it
     */
    DecryptionKeys read() {
        Path root = folder.get();
        if (!Files.exists(root)) {
            return DecryptionKeys.of(root, List.of());
        }
        var visitor = new Visitor(root);
        try {
            Files.walkFileTree(root, visitor);
        } catch (IOException e) {
            throw unusable(root.toString(), e.toString());
        }
        return DecryptionKeys.of(root, visitor.found);
    }

    private static CriusException unusable(String what, String why) {
        return new CriusException.FailedPrecondition("decryption keys: " + what + ": " + why);
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<KeyFile> found = new ArrayList<>();

        Visitor(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isSymbolicLink()) {
                throw unusable(file.toString(), "symbolic links are not allowed here; put a copy in its place");
            }
            if (!attributes.isRegularFile() || file.equals(root)) {
                throw unusable(
                        file.toString(), file.equals(root) ? "it is no folder" : "it is neither a file nor a folder");
            }
            if (found.size() == MOST_FILES) {
                throw unusable(root.toString(), "more than " + MOST_FILES + " files are in it");
            }
            found.add(KeyFile.parse(file.toString(), content(file)));
            return FileVisitResult.CONTINUE;
        }

        /** Safety: what has become a link since then is not followed either. */
        private static byte[] content(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                byte[] content = in.readNBytes(LARGEST_FILE + 1);
                if (content.length > LARGEST_FILE) {
                    throw unusable(file.toString(), "a file of more than " + LARGEST_FILE + " bytes is no key");
                }
                return content;
            }
        }
    }
}
