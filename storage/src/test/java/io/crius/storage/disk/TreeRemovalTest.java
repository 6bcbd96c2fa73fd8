package io.crius.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeRemovalTest {
    @TempDir
    Path folder;

    @Test
    void removesATreeAndNotWhatItsLinksPointTo() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Path tree = Files.createDirectories(folder.resolve("tree/a/b"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.createSymbolicLink(folder.resolve("tree/dangling"), Path.of("nowhere"));
        Files.writeString(tree.resolve("file"), "x");

        TreeRemoval.remove(folder.resolve("tree"));

        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(outside.resolve("kept")).hasContent("kept");
    }

    @Test
    void removesTheLinkWhereTheTreeIsOne() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("tree"), outside);

        TreeRemoval.remove(folder.resolve("tree"));

        assertThat(Files.isSymbolicLink(folder.resolve("tree"))).isFalse();
        assertThat(outside).exists();
    }

    @Test
    void doesNotMindWhatIsGoneAlready() throws IOException {
        TreeRemoval.remove(folder.resolve("missing"));
        TreeRemoval.remove(folder.resolve("missing/below"));
    }

    @Test
    void removesTreesDeeperThanPathsAreLong() throws IOException {
        Linux linux = Linux.real();
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Fd at = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
        for (int i = 0; i < 3000; i++) {
            linux.attributes().mkdirAt(at, "deeper", 0700);
            Fd next = linux.descriptors().openBeneath(at, "deeper", Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
            at.close();
            at = next;
        }
        at.close();

        TreeRemoval.remove(tree);

        assertThat(tree).doesNotExist();
        assertThat(folder).isEmptyDirectory();
    }
}
