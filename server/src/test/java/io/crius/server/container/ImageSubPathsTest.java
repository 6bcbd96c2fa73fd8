package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.server.state.RequestedMount.RequestedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSubPathsTest {
    private final ImageSubPaths paths = new ImageSubPaths(Linux.real().descriptors());

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void anImage() throws IOException {
        image = Files.createDirectories(folder.toRealPath().resolve("image"));
        Files.createDirectories(image.resolve("a/b"));
        Files.writeString(image.resolve("a/file"), "");
        Files.createSymbolicLink(image.resolve("inside"), Path.of("/a/b"));
        Files.createSymbolicLink(image.resolve("outside"), Path.of("/etc"));
        Files.createSymbolicLink(image.resolve("up"), Path.of("../../../../a"));
    }

    @Test
    void partsOfTheImageAreFound() {
        assertThat(find("")).isEqualTo(image);
        assertThat(find("a/b")).isEqualTo(image.resolve("a/b"));
        assertThat(find("a/file")).isEqualTo(image.resolve("a/file"));
    }

    @Test
    void linksStayInside() {
        assertThat(find("inside")).isEqualTo(image.resolve("a/b"));
        assertThat(find("up")).isEqualTo(image.resolve("a"));
    }

    @Test
    void whatTheImageDoesNotHaveIsRefused() {
        for (String missing : List.of("nothing", "a/file/below", "outside/passwd")) {
            assertThatThrownBy(() -> find(missing))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessage("ImageVolumeMountFailed: sub path \"" + missing
                            + "\" does not exist in image volume \"model\"");
        }
    }

    private Path find(String subPath) {
        return paths.find(image, new RequestedImage("model", subPath));
    }
}
