package io.crius.acceptance;

import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.image.TestImages;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One registry with the test images for all classes of a run; started at the first use and ended with the run. */
record SharedRegistry(Path folder, LoopbackRegistry registry, TestImages images) implements AutoCloseable {
    static SharedRegistry start() {
        try {
            Path folder = Files.createTempDirectory("crius-registry-");
            LoopbackRegistry registry = LoopbackRegistry.start(folder.resolve("registry"));
            return new SharedRegistry(folder, registry, TestImages.fill(registry, folder));
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the registry with the test images cannot be started: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        registry.close();
        Command.run("rm", "-rf", folder.toString());
    }
}
