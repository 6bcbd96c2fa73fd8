package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A tmpfs of a size that outlives the node: register it before that. */
final class SmallDisk implements BeforeAllCallback, AfterAllCallback {
    private final Path point = temporary();
    private final String size;

    /** @param size as tmpfs has it, for example 512k */
    SmallDisk(String size) {
        this.size = size;
    }

    Path point() {
        return point;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("crius-disk");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Command.run("mount", "-t", "tmpfs", "-o", "size=" + size, "small", point.toString());
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Command.run("umount", "-l", point.toString());
        Files.delete(point);
    }

    void fill() throws IOException {
        try (var file = Files.newOutputStream(point.resolve("filler"))) {
            byte[] page = new byte[4096];
            while (true) {
                file.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(point.resolve("filler"));
    }

    void remount(String how) throws Exception {
        Command.run("mount", "-o", "remount," + how, point.toString());
    }
}
