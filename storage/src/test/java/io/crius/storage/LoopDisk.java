package io.crius.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own in a file, mounted by a loop device; skips the test where that cannot be had. */
final class LoopDisk implements AutoCloseable {
    private final Path place;

    private LoopDisk(Path place) {
        this.place = place;
    }

    /** @param type as in {@code mkfs.<type>} */
    static LoopDisk mount(String type, int megabytes, Path image, Path place) throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        Files.createDirectories(place);
        String made = run(List.of("mkfs." + type, "-q", image.toString()));
        assumeTrue(made.isEmpty(), "no " + type + " file system can be made here: " + made);
        String mounted = run(List.of("mount", "-o", "loop", image.toString(), place.toString()));
        assumeTrue(mounted.isEmpty(), "no " + type + " file system can be mounted here: " + mounted);
        return new LoopDisk(place);
    }

    @Override
    public void close() throws IOException {
        String problem = run(List.of("umount", "--detach-loop", place.toString()));
        if (!problem.isEmpty()) {
            throw new IOException(problem);
        }
    }

    /** Empty where it went well. */
    private static String run(List<String> command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return command + " hangs";
            }
            return process.exitValue() == 0 ? "" : command + ": " + out;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (IOException e) {
            return command.getFirst() + " is not installed";
        }
    }
}
